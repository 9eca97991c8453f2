/*
What an edition changes beside the nearest earlier one in the release.

Grain: one row per edition that has an earlier one × kind × item × question that makes the item
another one.
Kinds:
    redefined: an indicator whose definition differs, a row for each question that differs; one
        that the seed comparability says cannot be compared has no question.
    regrouped: a size class, sector or total that does not hold the same enterprises.
    reclassified: enterprises of a sector that are in another one in the other edition, or in none;
        of the total, all of them together. What is less than 0.1 % is left out.
    uncompared: a sector that no change of the two editions has, not even of the total.
    begun, ended: an indicator, a sector or a size class that one of the two has.
    uncounted: a question without an indicator of its own.
    moved: the ten indicators of all enterprises that changed most as printed, of those that can
        be compared; fct_changes has their numbers.
*/
with

pairs as (

    select
        edition,
        max(previous_edition) as previous_edition

    from {{ ref('int_edition_pairs') }}

    group by edition

),

comparability as (

    select * from {{ ref('int_comparability') }}

),

differences as (

    select * from {{ ref('int_definition_differences') }}

),

category_breaks as (

    select * from {{ ref('int_category_breaks') }}

),

sector_moves as (

    select * from {{ ref('int_sector_moves') }}

),

sectors as (

    select * from {{ ref('int_sectors_compared') }}

),

estimates as (

    select * from {{ ref('fct_estimates') }}

),

changes as (

    select
        *,
        round(round(estimate_pct, 1) - round(previous_estimate_pct, 1), 1) as printed_change_pp

    from {{ ref('fct_changes') }}

),

asked as (

    select * from {{ ref('int_questions_asked') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

redefined as (

    select
        pairs.edition,
        pairs.previous_edition,
        'redefined' as kind,
        comparability.indicator_id || '|' || comparability.base_id as item_id,
        comparability.indicator_id,
        comparability.base_id,
        coalesce(differences.question_id, 'none') as question_id,
        differences.difference,
        if(differences.question_id is null, comparability.comparability_reason, null) as reason

    from pairs

    inner join comparability
        on
            pairs.edition = comparability.edition
            and pairs.previous_edition = comparability.previous_edition

    left join differences
        on
            pairs.edition = differences.edition
            and pairs.previous_edition = differences.previous_edition
            and comparability.indicator_id = differences.indicator_id
            and comparability.base_id = differences.base_id

    where not comparability.is_comparable

),

regrouped as (

    select
        pairs.edition,
        pairs.previous_edition,
        'regrouped' as kind,
        category_breaks.domain || '|' || category_breaks.category as item_id,
        category_breaks.domain,
        category_breaks.category,
        category_breaks.reason

    from pairs

    inner join category_breaks
        on
            pairs.edition = category_breaks.edition
            and pairs.previous_edition = category_breaks.previous_edition

    where category_breaks.domain in ('size', 'total') or category_breaks.is_reclassified

),

sectors_left as (

    select
        pairs.edition,
        pairs.previous_edition,
        sector_moves.coded_edition,
        sector_moves.sector_code as category,
        sector_moves.other_sector_code as other_category,
        sector_moves.share_pct,
        sector_moves.population_pct

    from pairs

    inner join sector_moves
        on
            pairs.edition = sector_moves.edition
            and pairs.previous_edition = sector_moves.previous_edition

    where sector_moves.sector_code != sector_moves.other_sector_code

),

reclassified as (

    select
        edition,
        previous_edition,
        'reclassified' as kind,
        coded_edition || '|' || category || '|' || other_category as item_id,
        'sector' as domain,
        category,
        other_category,
        coded_edition,
        round(share_pct, 1)::decimal(4, 1) as moved_pct

    from sectors_left

    where round(share_pct, 1) > 0

    union all

    select
        edition,
        previous_edition,
        'reclassified' as kind,
        coded_edition || '|total' as item_id,
        'total' as domain,
        'total' as category,
        null as other_category,
        coded_edition,
        round(sum(population_pct::decimal(18, 10)), 1)::decimal(4, 1) as moved_pct

    from sectors_left

    group by edition, previous_edition, coded_edition

    having round(sum(population_pct::decimal(18, 10)), 1) > 0

),

uncompared as (

    select
        pairs.edition,
        pairs.previous_edition,
        'uncompared' as kind,
        sectors.coded_edition || '|' || sectors.sector_code as item_id,
        'sector' as domain,
        sectors.sector_code as category,
        sectors.coded_edition,
        round(sectors.population_pct, 1)::decimal(4, 1) as moved_pct

    from pairs

    inner join sectors
        on
            pairs.edition = sectors.edition
            and pairs.previous_edition = sectors.previous_edition

    where not sectors.is_compared

),

series as (

    select distinct
        edition,
        indicator_id || '|' || base_id as item_id,
        indicator_id,
        base_id,
        null as domain,
        null as category

    from estimates

    where domain = 'total'

    union all

    select distinct
        edition,
        domain || '|' || category as item_id,
        null as indicator_id,
        null as base_id,
        domain,
        category

    from estimates

    where domain in ('sector', 'size')

),

begun_or_ended as (

    select
        pairs.edition,
        pairs.previous_edition,
        if(series.edition = pairs.edition, 'begun', 'ended') as kind,
        series.item_id,
        series.indicator_id,
        series.base_id,
        series.domain,
        series.category

    from pairs

    inner join series
        on series.edition in (pairs.edition, pairs.previous_edition)

    anti join series as beside
        on
            beside.edition in (pairs.edition, pairs.previous_edition)
            and series.edition != beside.edition
            and series.item_id = beside.item_id

),

uncounted as (

    select
        pairs.edition,
        pairs.previous_edition,
        'uncounted' as kind,
        asked.question_id as item_id,
        asked.question_id

    from pairs

    inner join asked
        on pairs.edition = asked.edition

    anti join indicators
        on asked.question_id = indicators.question_id

),

moved as (

    select
        pairs.edition,
        pairs.previous_edition,
        'moved' as kind,
        row_number() over (
            partition by pairs.edition
            order by
                abs(changes.printed_change_pp) desc,
                changes.indicator_id asc,
                changes.base_id asc
        )::smallint as rank,
        changes.indicator_id || '|' || changes.base_id as item_id,
        changes.indicator_id,
        changes.base_id

    from pairs

    inner join changes
        on
            pairs.edition = changes.edition
            and pairs.previous_edition = changes.previous_edition

    where
        changes.domain = 'total'
        and changes.is_comparable
        and changes.change_pp is not null

    qualify rank <= 10

),

listed as (

    select * from redefined
    union all by name
    select * from regrouped
    union all by name
    select * from reclassified
    union all by name
    select * from uncompared
    union all by name
    select * from begun_or_ended
    union all by name
    select * from uncounted
    union all by name
    select * from moved

),

final as (

    select
        edition,
        previous_edition,
        kind,
        item_id,
        indicator_id,
        base_id,
        domain,
        category,
        other_category,
        coded_edition,
        moved_pct,
        coalesce(question_id, 'none') as question_id,
        difference,
        reason,
        rank

    from listed

)

select * from final
