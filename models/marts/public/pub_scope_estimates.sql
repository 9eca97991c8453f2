/*
Estimates of what other surveys cover, as everybody may see them.

Grain: one row per edition × scope × indicator × base, as fct_scope_estimates has them. Rounded and
with an interval from what is printed and the design alone, as in pub_estimates.
*/
with

estimates as (

    select * from {{ ref('fct_scope_estimates') }}

),

designs as (

    select * from {{ ref('pub_designs') }}
    where domain = 'scope'

),

everybody as (

    select base_id from {{ ref('int_base_conditions') }}
    where condition_count = 0

),

rounded as (

    select
        estimates.edition,
        estimates.scope_id,
        estimates.indicator_id,
        estimates.base_id,
        round(estimates.estimate_pct, 1) as estimate_pct,
        if(
            everybody.base_id is null,
            round(estimates.respondent_count, -1)::integer,
            estimates.respondent_count
        ) as respondent_count,
        if(
            everybody.base_id is null,
            round(estimates.population_estimate, -2),
            estimates.population_estimate
        ) as population_estimate,
        estimates.conf_status,
        estimates.cell_id

    from estimates

    left join everybody
        on estimates.base_id = everybody.base_id

),

effective as (

    select
        rounded.*,
        rounded.estimate_pct / 100 as share,
        least(rounded.respondent_count, designs.usable_count) as base_count,
        base_count / designs.design_effect as effective_count,
        base_count - designs.stratum_count as degrees_of_freedom

    from rounded

    left join designs
        on
            rounded.edition = designs.edition
            and rounded.scope_id = designs.category

),

final as (

    select
        edition,
        scope_id,
        indicator_id,
        base_id,
        estimate_pct,
        round(
            100 * {{ korn_graubard_bound(
                'share', 'base_count', 'effective_count', 'degrees_of_freedom', 'lower'
            ) | indent(12) }},
            1
        ) as ci_lower_pct,
        round(
            100 * {{ korn_graubard_bound(
                'share', 'base_count', 'effective_count', 'degrees_of_freedom', 'upper'
            ) | indent(12) }},
            1
        ) as ci_upper_pct,
        respondent_count,
        population_estimate,
        conf_status,
        cell_id

    from effective

)

select * from final
