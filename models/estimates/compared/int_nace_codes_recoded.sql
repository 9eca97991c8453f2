/*
What a NACE code of one edition of a pair is in the other, and in which sector.

Grain: one row per pair of editions × edition of the two that has the enterprises × its code × code
in the version of NACE before × code in the other edition.
Method: the code that the frame has in the version of the other edition, where it has one; else the
rows of the seed nace_concordance with the longest code that it begins with, by their shares; else
the code itself, which both editions have. The sector is that of the other edition, `none` where it
has no enterprises of it.
*/
with

editions as (

    select * from {{ ref('editions') }}

),

concordance as (

    select * from {{ ref('nace_concordance') }}

),

prefixes as (

    select * from {{ ref('int_sector_prefixes') }}

),

covered as (

    select * from {{ ref('int_sectors_covered') }}

),

codes as (

    select distinct
        edition,
        nace_code,
        previous_nace_code

    from {{ ref('int_nace_code_populations') }}

),

coded_twice as (

    -- Each pair of editions, from either side.
    select
        codes.edition as coded_edition,
        others.edition as other_edition,
        codes.nace_code,
        codes.previous_nace_code,
        coded.nace_version as coded_version,
        others.nace_version as other_version,
        coalesce(
            codes.previous_nace_code != 'none'
            and coded.previous_nace_version = others.nace_version
            and coded.nace_version != others.nace_version,
            false
        ) as is_dual_coded

    from codes

    inner join editions as coded
        on codes.edition = coded.edition

    inner join editions as others
        on codes.edition != others.edition

    semi join codes as coded_too
        on others.edition = coded_too.edition

),

directions as (

    select
        old_version as coded_version,
        new_version as other_version,
        old_code as nace_code,
        new_code as other_nace_code,
        share_of_old as share

    from concordance

    union all

    select
        new_version as coded_version,
        old_version as other_version,
        new_code as nace_code,
        old_code as other_nace_code,
        share_of_new as share

    from concordance

),

by_concordance as (

    select
        coded_twice.coded_edition,
        coded_twice.other_edition,
        coded_twice.nace_code,
        coded_twice.previous_nace_code,
        directions.other_nace_code,
        directions.share

    from coded_twice

    inner join directions
        on
            coded_twice.coded_version = directions.coded_version
            and coded_twice.other_version = directions.other_version
            and starts_with(coded_twice.nace_code, directions.nace_code)

    where not coded_twice.is_dual_coded

    qualify
        length(directions.nace_code) = max(length(directions.nace_code)) over (
            partition by
                coded_twice.coded_edition, coded_twice.other_edition,
                coded_twice.nace_code, coded_twice.previous_nace_code
        )

),

recoded as (

    select
        coded_twice.coded_edition,
        coded_twice.other_edition,
        coded_twice.nace_code,
        coded_twice.previous_nace_code,
        case
            when coded_twice.is_dual_coded then coded_twice.previous_nace_code
            else coalesce(by_concordance.other_nace_code, coded_twice.nace_code)
        end as other_nace_code,
        coalesce(by_concordance.share, 1)::double as share,
        coded_twice.is_dual_coded

    from coded_twice

    left join by_concordance
        on
            coded_twice.coded_edition = by_concordance.coded_edition
            and coded_twice.other_edition = by_concordance.other_edition
            and coded_twice.nace_code = by_concordance.nace_code
            and coded_twice.previous_nace_code = by_concordance.previous_nace_code

),

other_codes as (

    select distinct
        other_edition as edition,
        other_nace_code as nace_code

    from recoded

),

other_sectors as (

    {{ sectors_of_codes('other_codes', 'prefixes') | indent(4) }}

),

final as (

    select
        least(recoded.coded_edition, recoded.other_edition) as previous_edition,
        greatest(recoded.coded_edition, recoded.other_edition) as edition,
        recoded.coded_edition,
        recoded.other_edition,
        recoded.nace_code,
        recoded.previous_nace_code,
        recoded.other_nace_code,
        coalesce(covered.sector_code, 'none') as other_sector_code,
        recoded.share,
        recoded.is_dual_coded

    from recoded

    left join other_sectors
        on
            recoded.other_edition = other_sectors.edition
            and recoded.other_nace_code = other_sectors.nace_code

    left join covered
        on
            other_sectors.edition = covered.edition
            and other_sectors.sector_code = covered.sector_code

)

select * from final
