/*
Estimates that are not published, and why.

Grain: one row per cell withheld; none while every estimate is free. The status is C where the
estimates of the cell's group would give answers away in its category, D where they would help
to (SDMX's CL_CONF_STATUS). A mean that is no share is not audited: of a protected edition it
is published of all enterprises alone.
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

editions as (

    select * from {{ ref('int_editions_protected') }}
    where is_protected

),

families as (

    select * from {{ ref('int_indicator_suppression_groups') }}

),

withheld_families as (

    select * from {{ ref('int_suppression_groups_withheld') }}

),

of_groups as (

    select
        cells.cell_id,
        withheld_families.conf_status

    from cells

    inner join families
        on
            cells.edition = families.edition
            and cells.indicator_id = families.indicator_id
            and cells.base_id = families.base_id

    inner join withheld_families
        on
            families.edition = withheld_families.edition
            and families.base_id = withheld_families.base_id
            and families.group_id = withheld_families.group_id
            and cells.domain = withheld_families.domain
            and cells.category = withheld_families.category

),

means as (

    select
        estimates.cell_id,
        'C' as conf_status

    from estimates

    inner join editions
        on estimates.edition = editions.edition

    where not estimates.is_share and estimates.domain != 'total'

),

reasons as (

    select * from of_groups
    union all
    select * from means

),

final as (

    select
        cell_id,
        min(conf_status) as conf_status

    from reasons

    group by cell_id

)

select * from final
