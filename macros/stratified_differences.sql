{#-
Differences of two means of one survey from sums per stratum, with the standard error that
their covariance gives, as a `select` statement.

A companion of macros/stratified_estimates.sql, for the same design, and like it of no survey:
two means p and q, of different measures, bases or domains, of the same elements. Where the
two bases share elements, four sums of products carry what their variances do not.

With, in stratum h, n_h the sample, N_h the population, w_h the weight, and for each side its
base m, sum S and sum of squares Q inside its domain, X = Σ w m, and over the elements

    yy = Σ y₁ y₂,  yd = Σ y₁ d₂,  dy = Σ d₁ y₂,  dd = Σ d₁ d₂     (d: 1 in the base, else 0)

the score of an element is e = (y₁ − p d₁)/X₁ − (y₂ − q d₂)/X₂ (without its weight), and

    variance of p − q   Σ_h (1 − n_h/N_h) · w_h² · n_h/(n_h − 1) · (Σ e² − (Σ e)²/n_h)
        Σ e  = (S₁ − p m₁)/X₁ − (S₂ − q m₂)/X₂
        Σ e² = (Q₁ − 2 p S₁ + p² m₁)/X₁² + (Q₂ − 2 q S₂ + q² m₂)/X₂²
               − 2 (yy − q yd − p dy + p q dd)/(X₁ X₂)

It is the Taylor linearisation of a difference of ratios (Särndal, Swensson and Wretman 1992,
result 5.6.1 and section 5.5), what R's survey computes with `svycontrast` on `svymean`,
`svyby(covmat = TRUE)` or `svytotal`. Domains that share no stratum, and bases that share no
element, have products of 0. A stratum of one, or one taken whole, is treated as
stratified_estimates treats it. A standard error below 1e-10 is what rounding leaves of 0.

Degrees of freedom: those of Satterthwaite (1946, Biometrics Bulletin 2) for two independent
means, each with its elements less its strata, and at most those of the elements in either
base less the strata with one (R: degf() of that subset). The first keeps a small domain
beside a large one from borrowing its degrees of freedom; the second counts an element of
both bases once.

Arguments:
    sums (string): a relation, one row per group × stratum with a base of either side, with
        the columns
        stratum           orders the sums; any type
        weight            w_h
        sample_count      n_h
        population_count  N_h, or null
        base_count, value_sum, value_square_sum                     m₁, S₁, Q₁
        other_base_count, other_value_sum, other_value_square_sum   m₂, S₂, Q₂
        product_sum, value_base_sum, base_value_sum, base_base_sum  yy, yd, dy, dd
    by (list): the columns that make a group; not null.
    lonely_stratum (string): 'adjust' or 'remove', as in stratified_estimates.

Columns returned, one row a group: those of `by`, and
    mean, other_mean            p and q, in y; null for an empty base, as is all that follows
    difference                  p − q
    difference_se               its standard error
    degrees_of_freedom          not a whole number; null where either side has none

Errors: the query stops with a sentence that names the stratum where more elements are in both
bases than in one of them, or their products are larger than squares allow (Cauchy-Schwarz).
-#}
{% macro stratified_differences(sums, by, lonely_stratum='adjust') -%}
    {%- if lonely_stratum not in ['adjust', 'remove'] -%}
        {{- exceptions.raise_compiler_error(
            "stratified_differences, argument lonely_stratum: found '" ~ lonely_stratum
            ~ "'; expected adjust or remove"
        ) -}}
    {%- endif -%}
    with

    checked as (

        select
            {{ by | join(', ') }},
            stratum,
            weight,
            sample_count,
            value_sum,
            value_square_sum,
            other_base_count,
            other_value_sum,
            other_value_square_sum,
            product_sum,
            value_base_sum,
            base_value_sum,
            base_base_sum,
            if(
                coalesce(
                    base_base_sum between 0 and least(base_count, other_base_count)
                    and product_sum * product_sum <= value_square_sum * other_value_square_sum
                    and value_base_sum * value_base_sum <= value_square_sum * base_base_sum
                    and base_value_sum * base_value_sum <= other_value_square_sum * base_base_sum,
                    false
                ),
                base_count,
                error(
                    'stratified_differences, stratum ' || stratum || ': found '
                    || coalesce(base_base_sum::varchar, 'null') || ' elements in both bases and '
                    || 'a sum of products of ' || coalesce(product_sum::varchar, 'null')
                    || '; expected sums that elements in bases of '
                    || coalesce(base_count::varchar, 'null') || ' and '
                    || coalesce(other_base_count::varchar, 'null') || ' can have'
                )
            ) as base_count,
            case
                when population_count is null then 1.0
                when population_count <= sample_count then 0.0
                else 1 - sample_count / population_count
            end as correction

        from {{ sums }}

    ),

    totals as (

        select
            {{ by | join(', ') }},
            nullif(list_sum(list(weight * base_count order by stratum)), 0) as base_total,
            list_sum(list(weight * value_sum order by stratum)) as value_total,
            sum(base_count) - count_if(base_count > 0) as own_degrees,
            nullif(list_sum(list(weight * other_base_count order by stratum)), 0) as other_base_total,
            list_sum(list(weight * other_value_sum order by stratum)) as other_value_total,
            sum(other_base_count) - count_if(other_base_count > 0) as other_degrees,
            sum(base_count + other_base_count - base_base_sum)
            - count_if(base_count + other_base_count > 0) as joint_degrees

        from checked

        group by {{ by | join(', ') }}

    ),

    means as (

        select
            *,
            value_total / base_total as mean,
            other_value_total / other_base_total as other_mean

        from totals

    ),

    scores as (

        select
            {%- for column in by %}
            checked.{{ column }},
            {%- endfor %}
            checked.stratum,
            checked.sample_count,
            checked.correction * pow(checked.weight, 2) as factor,
            (checked.value_sum - means.mean * checked.base_count) / means.base_total as own_sum,
            (checked.other_value_sum - means.other_mean * checked.other_base_count)
            / means.other_base_total as other_sum,
            (
                checked.value_square_sum - 2 * means.mean * checked.value_sum
                + pow(means.mean, 2) * checked.base_count
            ) / pow(means.base_total, 2) as own_square_sum,
            (
                checked.other_value_square_sum - 2 * means.other_mean * checked.other_value_sum
                + pow(means.other_mean, 2) * checked.other_base_count
            ) / pow(means.other_base_total, 2) as other_square_sum,
            (
                checked.product_sum
                - means.other_mean * checked.value_base_sum
                - means.mean * checked.base_value_sum
                + means.mean * means.other_mean * checked.base_base_sum
            ) / (means.base_total * means.other_base_total) as cross_sum

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
            {%- for square, sum, name in [
                ('own_square_sum', 'own_sum', 'own_variance'),
                ('other_square_sum', 'other_sum', 'other_variance'),
                (
                    '(own_square_sum + other_square_sum - 2 * cross_sum)',
                    '(own_sum - other_sum)',
                    'variance',
                ),
            ] %}
            greatest(
                list_sum(list(
                    case
                        when sample_count > 1
                            then factor * (sample_count * {{ square }} - pow({{ sum }}, 2))
                                / (sample_count - 1)
                        {%- if lonely_stratum == 'adjust' %}
                        else factor * {{ square }}
                        {%- endif %}
                    end
                    order by stratum
                )),
                0
            ) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}

        from scores

        group by {{ by | join(', ') }}

    )

    select
        {%- for column in by %}
        means.{{ column }},
        {%- endfor %}
        means.mean,
        means.other_mean,
        means.mean - means.other_mean as difference,
        case
            when means.mean is null or means.other_mean is null then null
            when coalesce(variances.variance, 0) < 1e-20 then 0
            else sqrt(variances.variance)
        end as difference_se,
        case
            when means.own_degrees > 0 and means.other_degrees > 0
                then least(
                    means.joint_degrees,
                    coalesce(
                        pow(variances.own_variance + variances.other_variance, 2)
                        / nullif(
                            pow(variances.own_variance, 2) / means.own_degrees
                            + pow(variances.other_variance, 2) / means.other_degrees,
                            0
                        ),
                        means.joint_degrees
                    )
                )
        end as degrees_of_freedom

    from means

    inner join variances
        on
            {%- for column in by %}
            {{ 'and ' if not loop.first }}means.{{ column }} = variances.{{ column }}
            {%- endfor %}
{%- endmacro %}
