{#-
Estimates as everybody may see them: rounded, with an interval that follows from what is printed and
the design alone. The reasons are in pub_estimates.

    estimate_pct         one decimal, as in print
    respondent_count     in tens, save in total and of everybody: the report prints these
    population_estimate  in hundreds, save of everybody
    ci_lower_pct, ci_upper_pct
                         Korn and Graubard's (1998) of the rounded percentage, with as many effective
                         respondents as there are respondents over the design effect; null for a mean
                         that is no share

The other columns of the relation are as they are.

Arguments:
    relation (string): edition, indicator_id, base_id, domain, category, estimate_pct,
        respondent_count, population_estimate and any others but an interval; what pub_designs has of
        the domain and category is its design.
-#}
{% macro public_estimates(relation) -%}
    with

    everybody as (

        select base_id from {{ ref('int_base_conditions') }}
        where condition_count = 0

    ),

    means as (

        select distinct
            indicator_id,
            base_id

        from {{ ref('indicators') }}

        where answer_values is not null

    ),

    rounded as (

        select
            estimates.* replace (
                round(estimates.estimate_pct, 1) as estimate_pct,
                if(
                    estimates.domain != 'total' and everybody.base_id is null,
                    round(estimates.respondent_count, -1)::integer,
                    estimates.respondent_count
                ) as respondent_count,
                if(
                    everybody.base_id is null,
                    round(estimates.population_estimate, -2),
                    estimates.population_estimate
                ) as population_estimate
            ),
            means.indicator_id is null as is_share

        from {{ relation }} as estimates

        left join everybody
            on estimates.base_id = everybody.base_id

        left join means
            on
                estimates.indicator_id = means.indicator_id
                and estimates.base_id = means.base_id

    ),

    effective as (

        select
            rounded.*,
            if(rounded.is_share, rounded.estimate_pct / 100, null) as share,
            least(rounded.respondent_count, designs.usable_count) as base_count,
            base_count / designs.design_effect as effective_count,
            base_count - designs.stratum_count as degrees_of_freedom

        from rounded

        left join {{ ref('pub_designs') }} as designs
            on
                rounded.edition = designs.edition
                and rounded.domain = designs.domain
                and rounded.category = designs.category

    ),

    intervals as (

        select
            *,
            {{ korn_graubard_bound(
                'share', 'base_count', 'effective_count', 'degrees_of_freedom', 'lower'
            ) }} as share_lower,
            {{ korn_graubard_bound(
                'share', 'base_count', 'effective_count', 'degrees_of_freedom', 'upper'
            ) }} as share_upper

        from effective

    )

    select
        * exclude (
            is_share, share, base_count, effective_count, degrees_of_freedom, share_lower, share_upper
        ),
        round(100 * share_lower, 1) as ci_lower_pct,
        round(100 * share_upper, 1) as ci_upper_pct

    from intervals
{%- endmacro %}
