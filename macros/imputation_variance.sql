{#-
Adds the variance of imputation to estimates of means or shares, as a `select` statement.

For a published estimate that rests on one hot deck, with W its sampling variance and B the
variance of the mean between M further decks, each preceded by an approximate Bayesian bootstrap
of the donors (Rubin and Schenker 1986, JASA 81, 366-374):

    T                       W + 2 B
    missing information     (1 + 1/M) B / (W + (1 + 1/M) B) (Rubin 1987, Multiple Imputation for
                            Nonresponse in Surveys, section 3.1; van Buuren 2018, Flexible
                            Imputation of Missing Data, eq. 2.24)
    degrees of freedom      1 / (1/ν_old + 1/ν_obs), with λ = 2 B / T: ν_old = (M − 1)/λ²,
                            ν_obs = (ν + 1)/(ν + 3) · ν (1 − λ) (Barnard and Rubin 1999,
                            Biometrika 86, 948-955); ν where λ is 0, M − 1 where it is 1

Why 2 B. Rubin's rules give the variance of the average of the decks, W + (1 + 1/M) B: W + B is
that of an average over infinitely many, and B/M what a finite number of draws adds to it. A single
deck is the case M = 1, W + 2 B: its own draw adds B once more. B itself cannot be had from one
deck; the M further ones are there to estimate it. Their number is in the degrees of freedom
alone: B counts with M − 1 of them, and Satterthwaite's (1946) for W + c B have (M − 1)(T / c B)²
from B whatever c is, which for c = 1 + 1/M is ν_old of Rubin. ν_obs, with 1 − λ in place
of Satterthwaite's (1 − λ)², is the more cautious part of Barnard and Rubin's.

Rubin averages W over the M data sets; here it is that of the published one, which estimates the
same: the total then belongs to the point estimate beside it, and is never below its
sampling variance. The published deck draws donors without a bootstrap before, which makes its own draw
vary somewhat less than B: T is on the safe side.

Arguments:
    estimates (string): a relation with the columns mean, mean_se, degrees_of_freedom and
        effective_count, as stratified_estimates returns them, between_variance (B; null
        counts as 0) and replicate_count (M).

Columns returned: those of `estimates`, and
    mean_se_total              root of T; mean_se itself where B is 0
    missing_information        from 0 to 1; 0 where B is 0
    degrees_of_freedom_total   not a whole number
    effective_count_total      p(1 − p) / T; effective_count itself where B is 0 or p is 0 or 1;
                               null of a mean that is no share
-#}
{% macro imputation_totals(estimates) -%}
    with

    variances as (

        select
            *,
            pow(mean_se, 2) as within_variance,
            if(replicate_count > 0, coalesce(between_variance, 0), 0) as deck_variance,
            mean * (1 - mean) as share_spread

        from {{ estimates }}

    ),

    totals as (

        select
            * exclude (within_variance, deck_variance, share_spread),
            if(
                deck_variance = 0,
                mean_se,
                sqrt(within_variance + 2 * deck_variance)
            ) as mean_se_total,
            if(
                deck_variance = 0,
                0,
                (1 + 1 / replicate_count) * deck_variance
                / (within_variance + (1 + 1 / replicate_count) * deck_variance)
            ) as missing_information,
            if(
                deck_variance = 0,
                0,
                2 * deck_variance / (within_variance + 2 * deck_variance)
            ) as imputed_part,
            if(
                effective_count is null or deck_variance = 0 or share_spread = 0,
                effective_count,
                share_spread / (within_variance + 2 * deck_variance)
            ) as effective_count_total

        from variances

    )

    select
        * exclude (imputed_part),
        case
            when imputed_part = 0 or degrees_of_freedom = 0
                then degrees_of_freedom
            when imputed_part = 1 then replicate_count - 1
            else 1 / (
                pow(imputed_part, 2) / (replicate_count - 1)
                + (degrees_of_freedom + 3) / (
                    (degrees_of_freedom + 1) * degrees_of_freedom
                    * (1 - imputed_part)
                )
            )
        end as degrees_of_freedom_total

    from totals
{%- endmacro %}
