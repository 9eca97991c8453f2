/*
The cells that are compared from one edition to a later one, and whether they can be.

Grain: one row per pair of editions × indicator × base × domain × category that both have. A pair is
comparable when the indicator is, and the category holds the same enterprises.
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

comparability as (

    select * from {{ ref('int_comparability') }}

),

category_breaks as (

    select * from {{ ref('int_category_breaks') }}

),

final as (

    select
        cells.cell_id,
        previous_cells.cell_id as previous_cell_id,
        comparability.edition,
        comparability.previous_edition,
        comparability.scope,
        cells.indicator_id,
        cells.base_id,
        cells.domain,
        cells.category,
        comparability.is_comparable and category_breaks.reason is null as is_comparable,
        nullif(
            concat_ws('; ', comparability.comparability_reason, category_breaks.reason), ''
        ) as comparability_reason

    from comparability

    inner join cells
        on
            comparability.edition = cells.edition
            and comparability.indicator_id = cells.indicator_id
            and comparability.base_id = cells.base_id

    inner join cells as previous_cells
        on
            comparability.previous_edition = previous_cells.edition
            and cells.indicator_id = previous_cells.indicator_id
            and cells.base_id = previous_cells.base_id
            and cells.domain = previous_cells.domain
            and cells.category = previous_cells.category

    left join category_breaks
        on
            comparability.previous_edition = category_breaks.previous_edition
            and comparability.edition = category_breaks.edition
            and cells.domain = category_breaks.domain
            and cells.category = category_breaks.category

)

select * from final
