/*
The sectors that each pair of editions can be compared on.

Grain: one row per pair of editions that are built or kept × sector that is in the population
of both and holds the same activities in both.
*/
with

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

),

numbered as (

    select * from {{ ref('int_strata_numbered') }}

),

definitions as (

    select * from {{ ref('int_sector_definitions') }}

),

covered as (

    select distinct
        strata.edition,
        numbered.sector_code,
        definitions.definition,
        numbered.sector_sort_order

    from strata

    inner join numbered
        on
            strata.edition = numbered.edition
            and strata.stratum_number = numbered.stratum_number

    left join definitions
        on
            numbered.edition = definitions.edition
            and numbered.sector_code = definitions.sector_code

    where strata.population_count > 0

),

sector_counts as (

    select
        edition,
        count(*) as sector_count

    from covered

    group by edition

),

final as (

    select
        previous.edition as previous_edition,
        later.edition,
        later.sector_code,
        later.sector_sort_order,
        previous_counts.sector_count as previous_sector_count,
        later_counts.sector_count

    from covered as previous

    inner join covered as later
        on
            previous.edition < later.edition
            and previous.sector_code = later.sector_code
            and previous.definition is not distinct from later.definition

    inner join sector_counts as previous_counts
        on previous.edition = previous_counts.edition

    inner join sector_counts as later_counts
        on later.edition = later_counts.edition

)

select * from final
