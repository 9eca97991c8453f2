/*
Pairs of editions, and on which part of the population they can be compared.

Grain: one row per pair of editions that are built or kept; none with a single edition.
Method: two editions are compared on the sectors that are in the population of both and hold
the same activities in both. Where these are all sectors of both, the scope is `all_sectors`;
otherwise it lists them.
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

    select
        strata.edition,
        numbered.sector_code,
        any_value(definitions.definition) as definition,
        any_value(numbered.sector_sort_order) as sector_sort_order

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
    group by strata.edition, numbered.sector_code

),

sector_counts as (

    select
        edition,
        count(*) as sector_count

    from covered

    group by edition

),

pairs as (

    select
        previous.edition as previous_edition,
        later.edition,
        previous.sector_count as previous_sector_count,
        later.sector_count

    from sector_counts as previous

    inner join sector_counts as later
        on previous.edition < later.edition

),

common as (

    select
        pairs.previous_edition,
        pairs.edition,
        count(*) as sector_count,
        string_agg(later.sector_code, '|' order by later.sector_sort_order) as sector_codes

    from pairs

    inner join covered as previous
        on pairs.previous_edition = previous.edition

    inner join covered as later
        on
            pairs.edition = later.edition
            and previous.sector_code = later.sector_code
            and previous.definition is not distinct from later.definition

    group by pairs.previous_edition, pairs.edition

),

final as (

    select
        pairs.previous_edition,
        pairs.edition,
        if(
            common.sector_count = pairs.sector_count
            and common.sector_count = pairs.previous_sector_count,
            'all_sectors',
            common.sector_codes
        ) as scope,
        common.sector_count as compared_sector_count

    from pairs

    inner join common
        on
            pairs.previous_edition = common.previous_edition
            and pairs.edition = common.edition

)

select * from final
