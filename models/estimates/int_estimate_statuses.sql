/*
Whether each estimate is reliable, and whether it is free to publish.

Grain: one row per edition × indicator × base × domain × category.
Method: an estimate fails a rule of the seed `reliability_rules` when the measure compares
so with the threshold, or has no value, unless another measure is below its own bound. The
first rule that fails, of those that are applied, gives the status; without one it is A
(normal) and F (free), SDMX's CL_OBS_STATUS and CL_CONF_STATUS. What else is withheld to
protect a confidential estimate is in int_estimates_withheld.
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
        measures.edition,
        measures.indicator_id,
        measures.base_id,
        measures.domain,
        measures.category,
        rules.rule_id,
        rules.sort_order,
        rules.status_column,
        rules.status_code

    from measures

    inner join rules
        on measures.measure = rules.measure

    left join measures as excuses
        on
            measures.edition = excuses.edition
            and measures.indicator_id = excuses.indicator_id
            and measures.base_id = excuses.base_id
            and measures.domain = excuses.domain
            and measures.category = excuses.category
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
            partition by
                edition, indicator_id, base_id, domain, category, status_column
            order by sort_order, rule_id
        ) = 1

),

estimates as (

    select distinct
        edition,
        indicator_id,
        base_id,
        domain,
        category

    from measures

),

final as (

    select
        estimates.edition,
        estimates.indicator_id,
        estimates.base_id,
        estimates.domain,
        estimates.category,
        coalesce(reliability.status_code, 'A') as obs_status,
        reliability.rule_id as obs_status_rule_id,
        coalesce(confidentiality.status_code, 'F') as conf_status

    from estimates

    left join first_failures as reliability
        on
            estimates.edition = reliability.edition
            and estimates.indicator_id = reliability.indicator_id
            and estimates.base_id = reliability.base_id
            and estimates.domain = reliability.domain
            and estimates.category = reliability.category
            and reliability.status_column = 'obs_status'

    left join first_failures as confidentiality
        on
            estimates.edition = confidentiality.edition
            and estimates.indicator_id = confidentiality.indicator_id
            and estimates.base_id = confidentiality.base_id
            and estimates.domain = confidentiality.domain
            and estimates.category = confidentiality.category
            and confidentiality.status_column = 'conf_status'

)

select * from final
