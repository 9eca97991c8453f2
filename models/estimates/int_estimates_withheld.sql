/*
Estimates that are not published, and why.

Grain: one row per cell withheld; none while every estimate is free. The status is that of the
rule that makes the estimate confidential itself, or D: it would help to compute one that is
(SDMX's CL_CONF_STATUS).
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

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
        statuses.cell_id,
        if(statuses.conf_status = 'F', 'D', statuses.conf_status) as conf_status

    from statuses

    inner join cells
        on statuses.cell_id = cells.cell_id

    inner join families
        on
            cells.edition = families.edition
            and cells.indicator_id = families.indicator_id
            and cells.base_id = families.base_id

    inner join withheld_families
        on
            families.edition = withheld_families.edition
            and families.base_id = withheld_families.base_id
            and families.block_id = withheld_families.block_id
            and cells.domain = withheld_families.domain
            and cells.category = withheld_families.category

)

select * from final
