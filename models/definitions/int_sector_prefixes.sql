/*
Which sector the codes of each edition belong to.

Grain: one row per edition × NACE prefix that a sector has in it. The prefixes are of the version of
NACE that the codes of the edition are of; the longest one that a code begins with decides.
*/
with

final as (

    select
        editions.edition,
        sector_nace.nace_prefix,
        sector_nace.sector_code

    from {{ ref('editions') }} as editions

    inner join {{ ref('sector_nace') }} as sector_nace
        on
            editions.nace_version = sector_nace.nace_version
            and {{ in_force('sector_nace', 'editions.edition') }}

)

select * from final
