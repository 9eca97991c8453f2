/*
Every possible stratum with the small integer that stands for it.

Grain: one row per sector × size class.
*/
with

sectors as (

    select * from {{ ref('sectors') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

final as (

    select
        row_number() over (
            order by sectors.sort_order, size_classes.sort_order
        )::smallint as stratum_number,
        sectors.sector_code || '|' || size_classes.size_class_code as stratum_id,
        sectors.sector_code,
        size_classes.size_class_code,
        sectors.sort_order as sector_sort_order,
        size_classes.sort_order as size_class_sort_order

    from sectors

    cross join size_classes

)

select * from final
