/*
Every possible stratum of each edition, with its small integer.

Grain: one row per edition × sector × size class. The integer is the same in every edition
that has the stratum. It follows the order in which the codes were listed first, so that a
new one does not change the order of the others; nothing outside one build relies on it.
*/
with

editions as (

    select * from {{ ref('editions') }}

),

sectors as (

    select
        *,
        min(sort_order) over (partition by sector_code) as first_sort_order

    from {{ ref('sectors') }}

),

size_classes as (

    select
        *,
        min(sort_order) over (partition by size_class_code) as first_sort_order

    from {{ ref('size_classes') }}

),

final as (

    select
        editions.edition,
        dense_rank() over (
            order by
                sectors.first_sort_order, sectors.sector_code,
                size_classes.first_sort_order, size_classes.size_class_code
        )::smallint as stratum_number,
        sectors.sector_code || '|' || size_classes.size_class_code as stratum_id,
        sectors.sector_code,
        size_classes.size_class_code,
        sectors.sort_order as sector_sort_order,
        size_classes.sort_order as size_class_sort_order

    from editions

    inner join sectors
        on {{ in_force('sectors', 'editions.edition') }}

    inner join size_classes
        on {{ in_force('size_classes', 'editions.edition') }}

)

select * from final
