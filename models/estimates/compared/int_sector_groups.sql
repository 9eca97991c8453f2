/*
Sectors of both editions of a pair that hold the same enterprises together.

Grain: one row per pair of editions × edition of the two × sector that it has enterprises of.
Sectors are of one group where more of one than the variable maximum_moved_pct are in the other: a
sector and itself, one that is split and its parts, one that gives a part away and the one that gets
it.
*/
with recursive

covered as (

    select * from {{ ref('int_sectors_covered') }}

),

moves as (

    select * from {{ ref('int_sector_moves') }}

),

pairs as (

    select distinct
        previous_edition,
        edition

    from moves

),

sectors as (

    select
        pairs.previous_edition,
        pairs.edition,
        covered.edition as coded_edition,
        covered.sector_code,
        covered.edition || '|' || covered.sector_code as place

    from pairs

    inner join covered
        on covered.edition in (pairs.previous_edition, pairs.edition)

),

links as (

    select
        previous_edition,
        edition,
        coded_edition || '|' || sector_code as place,
        if(coded_edition = edition, previous_edition, edition) || '|' || other_sector_code
            as linked_place

    from moves

    where share_pct > {{ var('maximum_moved_pct') }} and other_sector_code != 'none'

),

links_both_ways as (

    select
        previous_edition,
        edition,
        place,
        linked_place

    from links

    union

    select
        previous_edition,
        edition,
        linked_place as place,
        place as linked_place

    from links

),

reached as (

    select
        previous_edition,
        edition,
        place,
        place as reached_place

    from sectors

    union

    select
        reached.previous_edition,
        reached.edition,
        reached.place,
        links_both_ways.linked_place as reached_place

    from reached

    inner join links_both_ways
        on
            reached.previous_edition = links_both_ways.previous_edition
            and reached.edition = links_both_ways.edition
            and reached.reached_place = links_both_ways.place

),

final as (

    select
        sectors.previous_edition,
        sectors.edition,
        sectors.coded_edition,
        sectors.sector_code,
        min(reached.reached_place) as group_id

    from sectors

    inner join reached
        on
            sectors.previous_edition = reached.previous_edition
            and sectors.edition = reached.edition
            and sectors.place = reached.place

    group by
        sectors.previous_edition, sectors.edition, sectors.coded_edition, sectors.sector_code

)

select * from final
