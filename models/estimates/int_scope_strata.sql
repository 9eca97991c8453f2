/*
The strata of each part of the population that estimates are made for.

Grain: one row per edition × scope × stratum. The scope `all_sectors` is the edition as a
whole; another one is the list of sectors that it is compared on with another edition.
*/
with

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

),

pairs as (

    select * from {{ ref('int_edition_pairs') }}

),

narrower as (

    select
        previous_edition as edition,
        scope

    from pairs

    where scope != 'all_sectors'

    union

    select
        edition,
        scope

    from pairs

    where scope != 'all_sectors'

),

final as (

    select
        edition,
        'all_sectors' as scope,
        stratum_number

    from strata

    union all

    select
        strata.edition,
        narrower.scope,
        strata.stratum_number

    from strata

    inner join narrower
        on
            strata.edition = narrower.edition
            and list_contains(string_split(narrower.scope, '|'), strata.sector_code)

)

select * from final
