/*
Pairs of editions, and on which part of the population they can be compared.

Grain: one row per pair of editions that are built or kept and have a sector to be compared on;
none with a single edition. Where that is all sectors of both, the scope is `all_sectors`; otherwise
it lists them, those of the earlier edition before a > where they are others.
*/
with

sectors as (

    select * from {{ ref('int_sectors_compared') }}

),

listed as (

    select
        previous_edition,
        edition,
        bool_and(is_compared) as is_all,
        count_if(is_compared and coded_edition = edition)::bigint as compared_sector_count,
        string_agg(sector_code, '|' order by sector_sort_order, sector_code) filter (
            where is_compared and coded_edition = edition
        ) as sector_codes,
        string_agg(sector_code, '|' order by sector_sort_order, sector_code) filter (
            where is_compared and coded_edition = previous_edition
        ) as previous_sector_codes,
        list(sector_code order by sector_code) filter (
            where is_compared and coded_edition = edition
        ) = list(sector_code order by sector_code) filter (
            where is_compared and coded_edition = previous_edition
        ) as is_one_list

    from sectors

    group by previous_edition, edition

),

final as (

    select
        previous_edition,
        edition,
        case
            when is_all then 'all_sectors'
            when is_one_list then sector_codes
            else previous_sector_codes || '>' || sector_codes
        end as scope,
        compared_sector_count

    from listed

    where compared_sector_count > 0

)

select * from final
