/*
Trends over three and more editions, as everybody may see them.

Grain: as fct_trends has them. The slope is that of the percentages as printed; whether it is
significant is of the test in fct_trends.
*/
with

trends as (

    select * from {{ ref('fct_trends') }}

),

changes as (

    select * from {{ ref('pub_changes') }}

),

members as (

    select
        trends.cell_id,
        changes.previous_edition as edition,
        changes.previous_estimate_pct as estimate_pct

    from trends

    inner join changes
        on trends.cell_id = changes.cell_id

    where changes.is_comparable and changes.scope = 'all_sectors'

    union

    select
        trends.cell_id,
        trends.edition,
        changes.estimate_pct

    from trends

    inner join changes
        on trends.cell_id = changes.cell_id

    where changes.is_comparable and changes.scope = 'all_sectors'

),

slopes as (

    select
        cell_id,
        round(regr_slope(estimate_pct, edition), 1) as slope_pp

    from members

    group by cell_id

),

final as (

    select
        trends.edition,
        trends.first_edition,
        trends.edition_count,
        trends.indicator_id,
        trends.base_id,
        trends.domain,
        trends.category,
        slopes.slope_pp,
        trends.test_family,
        trends.is_significant,
        trends.cell_id

    from trends

    inner join slopes
        on trends.cell_id = slopes.cell_id

)

select * from final
