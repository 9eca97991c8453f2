/*
The sectors that an edition has enterprises of.

Grain: one row per edition that is built or kept × sector with a population.
*/
with

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

),

numbered as (

    select * from {{ ref('int_strata_numbered') }}

),

final as (

    select
        strata.edition,
        numbered.sector_code,
        numbered.sector_sort_order,
        sum(strata.population_count)::integer as population_count

    from strata

    inner join numbered
        on
            strata.edition = numbered.edition
            and strata.stratum_number = numbered.stratum_number

    group by strata.edition, numbered.sector_code, numbered.sector_sort_order

    having sum(strata.population_count) > 0

)

select * from final
