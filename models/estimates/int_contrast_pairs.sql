/*
The two estimates of each contrast, as cells.

Grain: one row per edition of this build × pair of estimates that the edition has. The key of
all but one category is that of no estimate; it is made as theirs are.
*/
with

contrasts as (

    select distinct
        indicator_id,
        base_id,
        domain,
        category,
        other_indicator_id,
        other_base_id,
        other_domain,
        other_category

    from {{ ref('int_contrasts_asked') }}

),

editions as (

    select distinct edition from {{ ref('int_strata_weighted') }}

),

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

final as (

    select
        cells.cell_id,
        if(
            contrasts.other_category = 'all_others',
            concat_ws(
                '|',
                cells.edition, contrasts.other_indicator_id, contrasts.other_base_id,
                contrasts.other_domain, contrasts.other_category, contrasts.category
            ),
            other_cells.cell_id
        ) as other_cell_id,
        cells.edition,
        contrasts.*

    from contrasts

    inner join cells
        on
            contrasts.indicator_id = cells.indicator_id
            and contrasts.base_id = cells.base_id
            and contrasts.domain = cells.domain
            and contrasts.category = cells.category

    inner join editions
        on cells.edition = editions.edition

    inner join cells as other_cells
        on
            cells.edition = other_cells.edition
            and contrasts.other_indicator_id = other_cells.indicator_id
            and contrasts.other_base_id = other_cells.base_id
            and contrasts.other_domain = other_cells.domain
            and if(
                contrasts.other_category = 'all_others',
                contrasts.category,
                contrasts.other_category
            ) = other_cells.category

)

select * from final
