/*
Where the enterprises of each sector are in the other edition of a pair.

Grain: one row per pair of editions × edition that counts the enterprises × sector in the earlier ×
sector in the later. The method is in int_nace_codes_recoded.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

moves as (

    select
        *,
        coded_edition = edition as is_by_the_later

    from {{ ref('int_sector_moves') }}

),

final as (

    select
        edition,
        previous_edition,
        coded_edition,
        if(is_by_the_later, other_sector_code, sector_code) as previous_sector_code,
        if(is_by_the_later, sector_code, other_sector_code) as sector_code,
        population_count,
        share_pct,
        population_pct,
        dual_coded_pct

    from moves

)

select * from final
