/*
What each sector holds in each edition, as text that can be compared.

Grain: one row per edition × sector with a NACE prefix: its prefixes and, below them, the
longer ones of any sector, since these decide what is left of it.
*/
with

editions as (

    select * from {{ ref('editions') }}

),

sector_nace as (

    select * from {{ ref('sector_nace') }}

),

allotted as (

    select
        editions.edition,
        sector_nace.nace_prefix,
        sector_nace.sector_code

    from editions

    inner join sector_nace
        on {{ in_force('sector_nace', 'editions.edition') }}

),

held as (

    select distinct
        own.edition,
        own.sector_code,
        below.nace_prefix,
        below.sector_code = own.sector_code as is_own

    from allotted as own

    inner join allotted as below
        on
            own.edition = below.edition
            and starts_with(below.nace_prefix, own.nace_prefix)

),

final as (

    select
        edition,
        sector_code,
        string_agg(
            if(is_own, '', 'without ') || nace_prefix, ', ' order by nace_prefix
        ) as definition

    from held

    group by edition, sector_code

)

select * from final
