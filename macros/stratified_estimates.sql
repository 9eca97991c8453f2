{#-
Estimates of means, shares and totals from sums per stratum, with their precision.

This file and barometer/method/quantiles.py are all there is to it. Neither knows a survey: take
both over, register the functions of the module on the connection, and hand the macro a
relation of sums.

The design: elements (here enterprises) drawn by simple random sampling without replacement
inside each stratum, all with the same weight in a stratum. Each element of a domain's base has
a whole number y: 1 for a hit and 0 for none, or any other, such as -1, 0 and 1 for what went
down, stayed and went up. The estimate: the weighted sum of y over the weighted base, a mean; a
share where y is 0 or 1. Count, sum and sum of squares of each stratum carry everything, and
the work does not grow with the number of responses.

    stratified_estimates    means, totals, standard errors and what judges them
    student_bound           one bound of a confidence interval of a mean
    logit_bound             one bound of that of a share, on the logit scale
    korn_graubard_bound     one bound of that of a rare or certain share
-#}


{#-
Means and their precision, as a `select` statement.

With, in stratum h, n_h the sample, N_h the population, w_h the weight, and inside the domain
m_h the base, S_h = Σ y and Q_h = Σ y² (y = 0 outside the base):

    mean p              Σ w S / X,  X = Σ w m (the weighted base), Σ w S the weighted sum
    variance of p       1/X² · Σ_h (1 − n_h/N_h) · w_h²/(n_h − 1) · V_h
        V_h = n (Q − 2pS + p²m) − (S − pm)²
    variance of Σ w S   Σ_h (1 − n_h/N_h) · w_h²/(n_h − 1) · (n Q − S²)

It is the Taylor linearisation of a ratio (Särndal, Swensson and Wretman 1992, results 5.6.1
and 3.7.2; Lumley 2010, section 2.2), what R's survey computes with `svymean` on a `subset`,
`svyby`, `svyratio` and `svytotal`. V_h is n_h · Σ (e − ē)² of the linearised scores e = y − p
in the base and 0 outside it. Subtracted as it is written it leaves 1e-9 where it is 0, and can come
out below 0. It is computed as

    V = (m Q − S²) + (n − m) [S' (1 − p')² + (m − S') p'² + (Q' − S')]

where y' = y − c, c = ⌊p⌋, so that S' = S − c m, Q' = Q − 2 c S + c² m and p' = p − c. All but p'
are whole numbers, and exact; m Q − S² and Q' − S' are never negative; an element adds e² to the
bracket, in terms that sum to at most 5 e² in absolute value: nothing cancels. For y of 0 and 1
it is the sum over pairs of elements, S(m − S) + S(n − m)(1 − p)² + (m − S)(n − m) p². Where all
y of a domain are the same, p is that number and the variance is 0, exactly.

    n_h ≥ N_h          the stratum adds nothing, also where both are 1
    n_h = 1            'adjust': its score is centred at the mean score of the domain instead
                       of its own (R: survey.lonely.psu = "adjust"). That mean is 0 for a mean,
                       (1 − 1/N_h) · w_h² · (y − p)², and Σ w S / Σ n (over the
                       strata with a base) for the sum, (1 − 1/N_h) · m · (w S − Σ w S / Σ n)²;
                       'remove': adds nothing
    N_h null           no finite population correction
    p = 0 or p = 1     variance of a share exactly 0: an interval needs korn_graubard_bound

Strata outside the domain add nothing and may be left out. A stratum of the domain may not:
one without a hit still has a base. n_h and N_h are the whole stratum's, not the domain's.
Whole numbers are multiplied by their weight once, and added in the order of the strata, so
that no bit depends on threads; m · Q has to fit into 64 bits, or the query stops.

Arguments:
    sums (string): a relation, one row per group × stratum, with the columns
        stratum           orders the sums; any type
        weight            w_h; may be null only where base_count is 0
        sample_count      n_h
        population_count  N_h, or null
        base_count        m_h
        value_sum         S_h
        value_square_sum  Q_h
        is_share          whether y is 0 or 1 by definition; the same in all rows of a group
    by (list): the columns that make a group; not null.
    lonely_stratum (string): 'adjust' or 'remove'.

Columns returned, one row a group: those of `by`, and
    is_share              as it was given
    base_count            Σ m
    value_sum             Σ S: of a share, its hits
    base_total            X, in elements of the population
    value_total           Σ w S, in y of the population
    value_total_se        its standard error, likewise
    mean                  p, in y; null for an empty base, as is all that follows
    mean_se               its standard error, likewise
    degrees_of_freedom    Σ m less the strata with a base (R: degf() of the subset)
    coefficient_of_variation   mean_se / |p|; null where p is 0
and of a share, null for another mean,
    design_effect         variance over that of simple random sampling without replacement of
                          as many elements, p(1 − p)/(Σ m − 1) · (1 − Σ m/X) (R: deff = TRUE);
                          null where that is 0
    effective_count       p(1 − p) / variance (Korn and Graubard 1998); where the variance is
                          0, Σ m. May exceed Σ m

Errors: the query stops with a sentence that names the stratum where no m_h of n_h elements can
have these sums, 0 ≤ m ≤ n, S² ≤ m Q and |S| ≤ Q, S = Q for a share, and where a stratum with a
base has no weight; the macro stops at an unknown lonely_stratum.

Sums of numbers with a fraction are made in the order of strata, so that no bit of them varies: of
a sorted list, which DuckDB adds up in half the time of an aggregate with an order, to the same bits.

References:
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, Springer.
    Lumley (2010), Complex Surveys: A Guide to Analysis Using R, Wiley.
    Korn and Graubard (1998), Survey Methodology 24, 193-201.
-#}
{% macro stratified_estimates(sums, by, lonely_stratum='adjust') -%}
    {%- if lonely_stratum not in ['adjust', 'remove'] -%}
        {{- exceptions.raise_compiler_error(
            "stratified_estimates, argument lonely_stratum: found '" ~ lonely_stratum
            ~ "'; expected adjust or remove"
        ) -}}
    {%- endif -%}
    with

    whole as (

        select
            {{ by | join(', ') }},
            stratum,
            weight,
            population_count,
            is_share,
            sample_count::bigint as sample_count,
            base_count::bigint as base_count,
            value_sum::bigint as value_sum,
            value_square_sum::bigint as value_square_sum

        from {{ sums }}

    ),

    checked as (

        select
            *,
            case
                when not coalesce(
                    base_count between 0 and sample_count
                    and value_sum * value_sum <= base_count * value_square_sum
                    and abs(value_sum) <= value_square_sum
                    and (base_count > 0 or value_square_sum = 0)
                    and (not is_share or value_sum = value_square_sum),
                    false
                ) then error(
                    'stratified_estimates, stratum ' || stratum || ': found base_count '
                    || coalesce(base_count::varchar, 'null') || ', value_sum '
                    || coalesce(value_sum::varchar, 'null') || ', value_square_sum '
                    || coalesce(value_square_sum::varchar, 'null') || ', sample_count '
                    || coalesce(sample_count::varchar, 'null')
                    || coalesce(if(is_share, ', is_share', ', no share'), ', is_share null')
                    || '; expected 0 <= base_count <= sample_count, and sums that whole '
                    || 'numbers, of a share 0 and 1, of as many elements can have'
                )
                when base_count > 0 and weight is null then error(
                    'stratified_estimates, stratum ' || stratum
                    || ': found no weight; expected one, as base_count is ' || base_count
                )
                else base_count
            end as checked_base_count

        from whole

    ),

    totals as (

        select
            {{ by | join(', ') }},
            bool_and(is_share) as is_share,
            sum(checked_base_count)::bigint as base_count,
            sum(value_sum)::bigint as value_sum,
            sum(value_square_sum)::bigint as value_square_sum,
            count_if(base_count > 0) as stratum_count,
            sum(sample_count) filter (where base_count > 0) as sample_count,
            coalesce(list_sum(list(weight * base_count order by stratum)), 0) as base_total,
            coalesce(list_sum(list(weight * value_sum order by stratum)), 0) as value_total

        from checked

        group by {{ by | join(', ') }}

    ),

    means as (

        select
            *,
            case
                when base_total = 0 then null
                when base_count * value_square_sum = value_sum * value_sum
                    then value_sum / base_count
                else value_total / base_total
            end as mean

        from totals

    ),

    shifted as (

        select
            {%- for column in by %}
            checked.{{ column }},
            {%- endfor %}
            checked.stratum,
            checked.weight,
            checked.sample_count,
            checked.sample_count - checked.base_count as outside_count,
            checked.base_count * checked.value_square_sum
            - checked.value_sum * checked.value_sum as spread_in_base,
            checked.sample_count * checked.value_square_sum
            - checked.value_sum * checked.value_sum as spread_in_sample,
            checked.value_sum - floor(means.mean)::bigint * checked.base_count as value_sum,
            checked.base_count * (1 + floor(means.mean)::bigint) - checked.value_sum
                as rest_sum,
            checked.value_square_sum
            - (2 * floor(means.mean)::bigint + 1) * checked.value_sum
            + floor(means.mean)::bigint * (floor(means.mean)::bigint + 1) * checked.base_count
                as excess_sum,
            means.mean - floor(means.mean) as mean,
            checked.base_count * pow(
                checked.weight * checked.value_sum
                - means.value_total / nullif(means.sample_count, 0),
                2
            ) as lonely_total_sum,
            case
                when checked.population_count is null then 1.0
                when checked.population_count <= checked.sample_count then 0.0
                else 1 - checked.sample_count / checked.population_count
            end as correction

        from checked

        inner join means
            on
                {%- for column in by %}
                {{ 'and ' if not loop.first }}checked.{{ column }} = means.{{ column }}
                {%- endfor %}

    ),

    variances as (

        select
            {{ by | join(', ') }},
            list_sum(list(
                case
                    when sample_count > 1
                        then correction * pow(weight, 2) * (
                            spread_in_base
                            + value_sum * outside_count * pow(1 - mean, 2)
                            + rest_sum * outside_count * pow(mean, 2)
                            + excess_sum * outside_count
                        ) / (sample_count - 1)
                    {%- if lonely_stratum == 'adjust' %}
                    else correction * pow(weight, 2) * (
                        value_sum * pow(1 - mean, 2) + rest_sum * pow(mean, 2) + excess_sum
                    )
                    {%- endif %}
                end
                order by stratum
            )) as score_sum,
            list_sum(list(
                case
                    when sample_count > 1
                        then correction * pow(weight, 2) * spread_in_sample / (sample_count - 1)
                    {%- if lonely_stratum == 'adjust' %}
                    else correction * lonely_total_sum
                    {%- endif %}
                end
                order by stratum
            )) as value_total_variance

        from shifted

        group by {{ by | join(', ') }}

    ),

    precision_added as (

        select
            means.*,
            if(means.mean is null, null, coalesce(variances.score_sum, 0))
            / pow(nullif(means.base_total, 0), 2) as variance,
            coalesce(variances.value_total_variance, 0) as value_total_variance,
            if(means.is_share, means.mean * (1 - means.mean), null) as share_spread

        from means

        inner join variances
            on
                {%- for column in by %}
                {{ 'and ' if not loop.first }}means.{{ column }} = variances.{{ column }}
                {%- endfor %}

    )

    select
        {{ by | join(', ') }},
        is_share,
        base_count,
        value_sum,
        base_total,
        value_total,
        sqrt(value_total_variance) as value_total_se,
        mean,
        sqrt(variance) as mean_se,
        if(mean is null, null, base_count - stratum_count) as degrees_of_freedom,
        sqrt(variance) / nullif(abs(mean), 0) as coefficient_of_variation,
        variance / nullif(
            share_spread / nullif(base_count - 1, 0)
            * greatest(1 - base_count / nullif(base_total, 0), 0),
            0
        ) as design_effect,
        case
            when not is_share then null
            when variance = 0 then base_count
            else share_spread / nullif(variance, 0)
        end as effective_count

    from precision_added
{%- endmacro %}


{#-
One bound of the confidence interval of a mean: p ± t · SE, with t Student's quantile for the
degrees of freedom (R: confint(svymean(…), df = degf(…))). Where SE is 0 the bound is p itself.
Null without degrees of freedom.

Arguments:
    mean, se, degrees_of_freedom (string): SQL expressions.
    side (string): 'lower' or 'upper'.
    confidence (number): of the interval, from 0 to 1.
-#}
{% macro student_bound(mean, se, degrees_of_freedom, side, confidence=0.95) -%}
    case
        when {{ se }} = 0 then {{ mean }}
        when {{ degrees_of_freedom }} > 0
            then {{ mean }} {{ {'lower': '-', 'upper': '+'}[side] }} student_t_quantile(
                {{ (1 + confidence) / 2 }}, {{ degrees_of_freedom }}
            )
            * {{ se }}
    end
{%- endmacro %}


{#-
One bound of the confidence interval of a share on the logit scale.

logit(p) ± t · SE / (p(1 − p)), transformed back, with t Student's quantile for the degrees of
freedom: R's svyciprop(method = "xlogit") (Lumley 2010, section 2.4). It stays between 0 and 1.
Where SE is 0 the bound is p itself. Null without degrees of freedom, and where p is 0 or 1
and SE is not 0.

Arguments:
    share, se, degrees_of_freedom (string): SQL expressions; shares from 0 to 1.
    side (string): 'lower' or 'upper'.
    confidence (number): of the interval, from 0 to 1.
-#}
{% macro logit_bound(share, se, degrees_of_freedom, side, confidence=0.95) -%}
    case
        when {{ se }} = 0 then {{ share }}
        when {{ degrees_of_freedom }} > 0 and {{ share }} > 0 and {{ share }} < 1
            then 1 / (
                1 + exp(
                    -(
                        ln({{ share }} / (1 - {{ share }}))
                        {{ {'lower': '-', 'upper': '+'}[side] }} student_t_quantile(
                            {{ (1 + confidence) / 2 }}, {{ degrees_of_freedom }}
                        )
                        * {{ se }} / ({{ share }} * (1 - {{ share }}))
                    )
                )
            )
    end
{%- endmacro %}


{#-
One bound of the Korn-Graubard interval of a share.

Clopper and Pearson's (1934) exact interval, for hits n*·p out of n*, where n* is the
effective sample size times (t(n − 1) / t(df))², at most the sample size n: the quantiles
α/2 and 1 − α/2 of Beta(n*p, n*(1 − p) + 1) and Beta(n*p + 1, n*(1 − p)). Where the cap does
not bind it is R's svyciprop(method = "beta"). It holds where p is 0 or 1 as well: n* is then
n times the same factor. Null without degrees of freedom, and for a mean that is no share.

Korn and Graubard (1998), Survey Methodology 24, 193-201; cap: Parker et al. (2017), Vital
and Health Statistics 2(175).

Arguments:
    share, base_count, effective_count, degrees_of_freedom (string): SQL expressions, as
        stratified_estimates returns them.
    side (string): 'lower' or 'upper'.
    confidence (number): of the interval, from 0 to 1.
-#}
{% macro korn_graubard_bound(
    share, base_count, effective_count, degrees_of_freedom, side, confidence=0.95
) -%}
    {%- set upper_tail = (1 + confidence) / 2 -%}
    {%- set count -%}
        least(
            {{ base_count }},
            {{ effective_count }} * pow(
                student_t_quantile({{ upper_tail }}, {{ base_count }} - 1)
                / student_t_quantile({{ upper_tail }}, {{ degrees_of_freedom }}),
                2
            )
        )
    {%- endset -%}
    case
        when
            {{ share }} is null
            or {{ effective_count }} is null
            or {{ degrees_of_freedom }} <= 0
            then null
        {%- if side == 'lower' %}
        when {{ share }} = 0 then 0
        else beta_quantile(
            {{ 1 - upper_tail }},
            {{ count }} * {{ share }},
            {{ count }} * (1 - {{ share }}) + 1
        )
        {%- else %}
        when {{ share }} = 1 then 1
        else beta_quantile(
            {{ upper_tail }},
            {{ count }} * {{ share }} + 1,
            {{ count }} * (1 - {{ share }})
        )
        {%- endif %}
    end
{%- endmacro %}
