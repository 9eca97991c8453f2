/*
Pairs of editions, and on which part of the population they can be compared.

Grain: one row per pair of editions that are built or kept and have a sector to be compared on;
none with a single edition. Where that is all sectors of both, the scope is `all_sectors`;
otherwise it lists them.
*/
with

sectors as (

    select * from {{ ref('int_sectors_compared') }}

),

final as (

    select
        previous_edition,
        edition,
        if(
            count(*) = sector_count and count(*) = previous_sector_count,
            'all_sectors',
            string_agg(sector_code, '|' order by sector_sort_order, sector_code)
        ) as scope,
        count(*) as compared_sector_count

    from sectors

    group by previous_edition, edition, previous_sector_count, sector_count

)

select * from final
