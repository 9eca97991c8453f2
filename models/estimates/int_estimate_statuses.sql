/*
Whether each estimate is reliable.

Grain: one row per cell.
Method: an estimate fails a rule of the seed `reliability_rules` when the measure compares
so with the threshold, or has no value, unless another measure is below its own bound. The
first rule that fails, of those that are applied, gives the status; without one it is A
(normal), SDMX's CL_OBS_STATUS. What is confidential is in int_estimates_withheld.
*/
with

measures as (

    select * from {{ ref('int_estimate_measures') }}

),

rules as (

    select * from {{ ref('reliability_rules') }}
    where is_applied

),

failures as (

    select
        measures.cell_id,
        rules.rule_id,
        rules.sort_order,
        rules.status_code

    from measures

    inner join rules
        on measures.measure = rules.measure

    left join measures as excuses
        on
            measures.cell_id = excuses.cell_id
            and rules.unless_measure = excuses.measure

    where
        coalesce(
            case rules.comparison
                when 'below' then measures.value < rules.threshold
                when 'at_least' then measures.value >= rules.threshold
                when 'above' then measures.value > rules.threshold
            end,
            true
        )
        and not coalesce(excuses.value < rules.unless_below, false)

),

first_failures as (

    select *

    from failures

    qualify
        row_number() over (
            partition by cell_id
            order by sort_order, rule_id
        ) = 1

),

estimates as (

    select distinct cell_id from measures

),

final as (

    select
        estimates.cell_id,
        coalesce(first_failures.status_code, 'A') as obs_status,
        first_failures.rule_id as obs_status_rule_id

    from estimates

    left join first_failures
        on estimates.cell_id = first_failures.cell_id

)

select * from final
