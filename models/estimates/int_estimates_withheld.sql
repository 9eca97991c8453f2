/*
Estimates that are not published, and why.

Grain: one row per edition × indicator × base × domain × category withheld; none while every
estimate is free. The status is that of the rule that makes the estimate confidential itself,
or D: it would help to compute one that is (SDMX's CL_CONF_STATUS).
*/
with

statuses as (

    select * from {{ ref('int_estimate_statuses') }}

),

families as (

    select * from {{ ref('int_indicator_suppression_groups') }}

),

withheld_families as (

    select * from {{ ref('int_suppression_groups_withheld') }}

),

final as (

    select distinct
        statuses.edition,
        statuses.indicator_id,
        statuses.base_id,
        statuses.domain,
        statuses.category,
        if(statuses.conf_status = 'F', 'D', statuses.conf_status) as conf_status

    from statuses

    inner join families
        on
            statuses.edition = families.edition
            and statuses.indicator_id = families.indicator_id
            and statuses.base_id = families.base_id

    inner join withheld_families
        on
            families.edition = withheld_families.edition
            and families.base_id = withheld_families.base_id
            and families.block_id = withheld_families.block_id
            and statuses.domain = withheld_families.domain
            and statuses.category = withheld_families.category

)

select * from final
