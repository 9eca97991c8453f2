{#-
Estimates of shares from counts per stratum, with their precision.

This file and barometer/method/quantiles.py are all there is to it. Neither knows a survey: take
both over, register the functions of the module on the connection, and hand the macro a
relation of counts.

The design: elements (here enterprises) drawn by simple random sampling without replacement
inside each stratum, all with the same weight in a stratum. The estimate: a share, the
weighted hits over the weighted base of a domain. Hits and base are 0/1, so that counts
carry everything, and the work does not grow with the number of responses.

    stratified_estimates    shares, totals, standard errors and what judges them
    logit_bound             one bound of a confidence interval on the logit scale
    korn_graubard_bound     one bound of the interval for rare and certain events
-#}


{#-
Shares and their precision, as a `select` statement.

With, in stratum h, n_h the sample, N_h the population, w_h the weight, and inside the domain
m_h the base and a_h the hits:

    share p            Σ w a / X,  X = Σ w m (the weighted base), Σ w a the weighted hits
    variance of p      1/X² · Σ_h (1 − n_h/N_h) · w_h²/(n_h − 1) · S_h
        S_h = a(m − a) + a(n − m)(1 − p)² + (m − a)(n − m) p²
    variance of hits   Σ_h (1 − n_h/N_h) · w_h²/(n_h − 1) · a(n − a)

It is the Taylor linearisation of a ratio (Särndal, Swensson and Wretman 1992, results 5.6.1
and 3.7.2; Lumley 2010, section 2.2), what R's survey computes with `svymean` on a `subset`,
`svyby`, `svyratio` and `svytotal`. S_h is n_h · Σ (e − ē)² of the linearised scores
e ∈ {1 − p, −p, 0}, written over pairs of elements: a sum of terms that are never negative.
The usual a(1 − p)² + (m − a)p² − (a − m p)²/n is equal, but its subtraction leaves 1e-9
where the variance is 0, and can come out below 0.

    n_h ≥ N_h          the stratum adds nothing, also where both are 1
    n_h = 1            'adjust': its score is centred at the mean score of the domain instead
                       of its own (R: survey.lonely.psu = "adjust"). That mean is 0 for a share,
                       (1 − 1/N_h) · w_h² · [a(1 − p)² + (m − a)p²], and Σ w a / Σ n (over the
                       strata with a base) for the hits, (1 − 1/N_h) · m · (w a − Σ w a / Σ n)²;
                       'remove': adds nothing
    N_h null           no finite population correction
    p = 0 or p = 1     variance exactly 0: an interval needs korn_graubard_bound

Strata outside the domain add nothing and may be left out. A stratum of the domain may not:
one without a hit still has a base. n_h and N_h are the whole stratum's, not the domain's.
Whole numbers are multiplied by their weight once, and added in the order of the strata, so
that no bit depends on threads.

Arguments:
    counts (string): a relation, one row per group × stratum, with the columns
        stratum           orders the sums; any type
        weight            w_h; may be null only where base_count is 0
        sample_count      n_h
        population_count  N_h, or null
        base_count        m_h
        hit_count         a_h
    by (list): the columns that make a group; not null.
    lonely_stratum (string): 'adjust' or 'remove'.

Columns returned, one row a group: those of `by`, and
    base_count            Σ m
    hit_count             Σ a
    base_total            X, in elements of the population
    hit_total             Σ w a, likewise
    hit_total_se          its standard error, likewise
    share                 p, from 0 to 1; null for an empty base, as is all that follows
    share_se              its standard error, from 0 to 1
    degrees_of_freedom    Σ m less the strata with a base (R: degf() of the subset)
    design_effect         variance over that of simple random sampling without replacement of
                          as many elements, p(1 − p)/(Σ m − 1) · (1 − Σ m/X) (R: deff = TRUE);
                          null where that is 0
    coefficient_of_variation   share_se / p; null where p is 0
    effective_count       p(1 − p) / variance (Korn and Graubard 1998); where the variance is
                          0, Σ m. May exceed Σ m

Errors: the query stops with a sentence that names the stratum unless
0 ≤ a_h ≤ m_h ≤ n_h, and where a stratum with a base has no weight; the macro stops at an
unknown lonely_stratum.

References:
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, Springer.
    Lumley (2010), Complex Surveys: A Guide to Analysis Using R, Wiley.
    Korn and Graubard (1998), Survey Methodology 24, 193-201.
-#}
{% macro stratified_estimates(counts, by, lonely_stratum='adjust') -%}
    {%- if lonely_stratum not in ['adjust', 'remove'] -%}
        {{- exceptions.raise_compiler_error(
            "stratified_estimates, argument lonely_stratum: found '" ~ lonely_stratum
            ~ "'; expected adjust or remove"
        ) -}}
    {%- endif -%}
    with

    checked as (

        select
            *,
            case
                when not coalesce(
                    hit_count between 0 and base_count and base_count <= sample_count, false
                ) then error(
                    'stratified_estimates, stratum ' || stratum || ': found hit_count '
                    || coalesce(hit_count::varchar, 'null') || ', base_count '
                    || coalesce(base_count::varchar, 'null') || ', sample_count '
                    || coalesce(sample_count::varchar, 'null')
                    || '; expected 0 <= hit_count <= base_count <= sample_count'
                )
                when base_count > 0 and weight is null then error(
                    'stratified_estimates, stratum ' || stratum
                    || ': found no weight; expected one, as base_count is ' || base_count
                )
                else base_count
            end as checked_base_count

        from {{ counts }}

    ),

    totals as (

        select
            {{ by | join(', ') }},
            sum(checked_base_count)::bigint as base_count,
            sum(hit_count)::bigint as hit_count,
            count_if(base_count > 0) as stratum_count,
            sum(sample_count) filter (where base_count > 0) as sample_count,
            coalesce(sum(weight * base_count order by stratum), 0) as base_total,
            coalesce(sum(weight * hit_count order by stratum), 0) as hit_total

        from checked

        group by {{ by | join(', ') }}

    ),

    shares as (

        select
            *,
            hit_total / nullif(base_total, 0) as share

        from totals

    ),

    pairs as (

        select
            {%- for column in by %}
            shares.{{ column }},
            {%- endfor %}
            checked.stratum,
            checked.hit_count * pow(1 - shares.share, 2)
            + (checked.base_count - checked.hit_count) * pow(shares.share, 2) as lonely_share_sum,
            checked.hit_count * (checked.base_count - checked.hit_count)
            + checked.hit_count * (checked.sample_count - checked.base_count)
            * pow(1 - shares.share, 2)
            + (checked.base_count - checked.hit_count)
            * (checked.sample_count - checked.base_count)
            * pow(shares.share, 2) as share_sum,
            checked.hit_count * (checked.sample_count - checked.hit_count) as hit_sum,
            checked.base_count * pow(
                checked.weight * checked.hit_count
                - shares.hit_total / nullif(shares.sample_count, 0),
                2
            ) as lonely_hit_sum,
            checked.sample_count,
            checked.weight,
            case
                when checked.population_count is null then 1.0
                when checked.population_count <= checked.sample_count then 0.0
                else 1 - checked.sample_count / checked.population_count
            end as correction

        from checked

        inner join shares
            on
                {%- for column in by %}
                {{ 'and ' if not loop.first }}checked.{{ column }} = shares.{{ column }}
                {%- endfor %}

    ),

    variances as (

        select
            {{ by | join(', ') }},
            sum(
                case
                    when sample_count > 1
                        then correction * pow(weight, 2) * share_sum / (sample_count - 1)
                    {%- if lonely_stratum == 'adjust' %}
                    else correction * pow(weight, 2) * lonely_share_sum
                    {%- endif %}
                end
                order by stratum
            ) as share_sum,
            sum(
                case
                    when sample_count > 1
                        then correction * pow(weight, 2) * hit_sum / (sample_count - 1)
                    {%- if lonely_stratum == 'adjust' %}
                    else correction * lonely_hit_sum
                    {%- endif %}
                end
                order by stratum
            ) as hit_total_variance

        from pairs

        group by {{ by | join(', ') }}

    ),

    precision_added as (

        select
            shares.*,
            if(shares.share is null, null, coalesce(variances.share_sum, 0))
            / pow(nullif(shares.base_total, 0), 2) as variance,
            coalesce(variances.hit_total_variance, 0) as hit_total_variance,
            shares.share * (1 - shares.share) as share_spread

        from shares

        inner join variances
            on
                {%- for column in by %}
                {{ 'and ' if not loop.first }}shares.{{ column }} = variances.{{ column }}
                {%- endfor %}

    )

    select
        {{ by | join(', ') }},
        base_count,
        hit_count,
        base_total,
        hit_total,
        sqrt(hit_total_variance) as hit_total_se,
        share,
        sqrt(variance) as share_se,
        if(share is null, null, base_count - stratum_count) as degrees_of_freedom,
        variance / nullif(
            share_spread / nullif(base_count - 1, 0)
            * greatest(1 - base_count / nullif(base_total, 0), 0),
            0
        ) as design_effect,
        sqrt(variance) / nullif(share, 0) as coefficient_of_variation,
        if(variance = 0, base_count, share_spread / nullif(variance, 0)) as effective_count

    from precision_added
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
n times the same factor. Null without degrees of freedom.

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
        when {{ share }} is null or {{ degrees_of_freedom }} <= 0 then null
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
