{#-
Adds the variance of imputation to estimates of means or shares, as a `select` statement.

Rubin's rules (Rubin 1987, Multiple Imputation for Nonresponse in Surveys, section 3.1), for a
published estimate that rests on one hot deck, with W its sampling variance and B the variance
of the mean between M further decks, each preceded by an approximate Bayesian bootstrap of
the donors (Rubin and Schenker 1986, JASA 81, 366-374):

    T                       W + (1 + 1/M) B
    missing information     λ = (1 + 1/M) B / T (van Buuren 2018, Flexible Imputation of
                            Missing Data, eq. 2.24; the fraction of missing information of
                            Rubin 1987 for many degrees of freedom)
    degrees of freedom      1 / (1/ν_old + 1/ν_obs), ν_old = (M − 1)/λ²,
                            ν_obs = (ν + 1)/(ν + 3) · ν (1 − λ) (Barnard and Rubin 1999,
                            Biometrika 86, 948-955); ν where λ is 0, M − 1 where it is 1

Two things to know. Rubin averages W over the M data sets; here it is that of the published
one, which estimates the same: the total then goes with the point estimate
beside it, and is never below its sampling variance. And T is the variance of an average over
many decks: a single one adds the luck of its own draw, at most another B.

Arguments:
    estimates (string): a relation with the columns mean_se, degrees_of_freedom,
        between_variance (B; null counts as 0) and replicate_count (M).

Columns returned: those of `estimates`, and
    mean_se_total              root of T; mean_se itself where B is 0
    missing_information        λ, from 0 to 1; 0 where B is 0
    degrees_of_freedom_total   not a whole number
-#}
{% macro imputation_totals(estimates) -%}
    with

    variances as (

        select
            *,
            pow(mean_se, 2) as within_variance,
            coalesce((1 + 1 / nullif(replicate_count, 0)) * between_variance, 0)
                as imputation_variance

        from {{ estimates }}

    ),

    totals as (

        select
            * exclude (within_variance, imputation_variance),
            if(
                imputation_variance = 0,
                mean_se,
                sqrt(within_variance + imputation_variance)
            ) as mean_se_total,
            if(
                imputation_variance = 0,
                0,
                imputation_variance / (within_variance + imputation_variance)
            ) as missing_information

        from variances

    )

    select
        *,
        case
            when missing_information = 0 or degrees_of_freedom = 0
                then degrees_of_freedom
            when missing_information = 1 then replicate_count - 1
            else 1 / (
                pow(missing_information, 2) / (replicate_count - 1)
                + (degrees_of_freedom + 3) / (
                    (degrees_of_freedom + 1) * degrees_of_freedom
                    * (1 - missing_information)
                )
            )
        end as degrees_of_freedom_total

    from totals
{%- endmacro %}
