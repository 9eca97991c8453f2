/*
Which sectors a pair of editions is compared on, and how much of each is not in the other edition.

Grain: one row per pair of editions × edition of the two × sector that it has enterprises of. A
group of sectors is compared when both editions have some of it, and of neither edition more than
the variable maximum_moved_pct of its enterprises are in no sector of the other: a part that small
moves a percentage by as many points at most.
*/
with

covered as (

    select * from {{ ref('int_sectors_covered') }}

),

groups as (

    select * from {{ ref('int_sector_groups') }}

),

moves as (

    select * from {{ ref('int_sector_moves') }}

),

moved as (

    -- As decimals, which add up to the same whatever their order.
    select
        previous_edition,
        edition,
        coded_edition,
        sector_code,
        sum(population_count::decimal(18, 6)) as population_count,
        coalesce(
            sum(population_count::decimal(18, 6)) filter (where other_sector_code = 'none'), 0
        ) as left_count,
        coalesce(
            sum(share_pct::decimal(18, 10)) filter (where other_sector_code != sector_code), 0
        ) as moved_pct

    from moves

    group by previous_edition, edition, coded_edition, sector_code

),

sectors as (

    select
        groups.previous_edition,
        groups.edition,
        groups.coded_edition,
        groups.sector_code,
        groups.group_id,
        covered.sector_sort_order,
        100 * covered.population_count / sum(covered.population_count) over (
            partition by groups.previous_edition, groups.edition, groups.coded_edition
        ) as population_pct,
        moved.population_count,
        moved.left_count,
        coalesce(moved.moved_pct, 0)::double as moved_pct

    from groups

    inner join covered
        on
            groups.coded_edition = covered.edition
            and groups.sector_code = covered.sector_code

    left join moved
        on
            groups.previous_edition = moved.previous_edition
            and groups.edition = moved.edition
            and groups.coded_edition = moved.coded_edition
            and groups.sector_code = moved.sector_code

),

left_by_group as (

    select
        previous_edition,
        edition,
        group_id,
        coded_edition,
        coalesce(100 * sum(left_count) / sum(population_count), 0) as left_pct

    from sectors

    group by previous_edition, edition, group_id, coded_edition

),

groups_judged as (

    select
        previous_edition,
        edition,
        group_id,
        count(*) = 2 and max(left_pct) <= {{ var('maximum_moved_pct') }} as is_compared

    from left_by_group

    group by previous_edition, edition, group_id

),

final as (

    select
        sectors.previous_edition,
        sectors.edition,
        sectors.coded_edition,
        sectors.sector_code,
        sectors.sector_sort_order,
        sectors.population_pct,
        sectors.moved_pct,
        groups_judged.is_compared

    from sectors

    inner join groups_judged
        on
            sectors.previous_edition = groups_judged.previous_edition
            and sectors.edition = groups_judged.edition
            and sectors.group_id = groups_judged.group_id

)

select * from final
