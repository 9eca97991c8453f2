/*
The strata of each part of the population that estimates are made for.

Grain: one row per edition × scope × stratum. The scope `all_sectors` is the edition as a
whole; one of the seed `scopes` is it without what `scope_exclusions` leaves out; any other is the
list of sectors that it is compared on with another edition.
*/
with

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

),

pairs as (

    select * from {{ ref('int_edition_pairs') }}

),

sectors as (

    select * from {{ ref('int_sectors_compared') }}

),

declared as (

    select * from {{ ref('scopes') }}

),

left_out as (

    select
        exclusions.scope_id,
        domains.stratum_number

    from {{ ref('scope_exclusions') }} as exclusions

    inner join {{ ref('int_strata_domains') }} as domains
        on
            exclusions.domain = domains.domain
            and exclusions.category = domains.category

),

narrower as (

    select distinct
        sectors.coded_edition as edition,
        pairs.scope,
        sectors.sector_code

    from pairs

    inner join sectors
        on
            pairs.previous_edition = sectors.previous_edition
            and pairs.edition = sectors.edition

    where pairs.scope != 'all_sectors' and sectors.is_compared

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
            and strata.sector_code = narrower.sector_code

    union all

    select
        strata.edition,
        declared.scope_id as scope,
        strata.stratum_number

    from strata

    cross join declared

    anti join left_out
        on
            declared.scope_id = left_out.scope_id
            and strata.stratum_number = left_out.stratum_number

)

select * from final
