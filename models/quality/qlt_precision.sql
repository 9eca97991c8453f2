/*
Precision of the headline estimates, and how many of the printed percentages are reliable.

Grain: one row per edition × measure × domain × category. Headline: what the report's tables
break down by sector and size, here for all enterprises. Counts are of the cells of those
tables.
*/
with

cells as (

    select * from {{ ref('int_cells_printed') }}

),

estimates as (

    select * from {{ ref('fct_estimates') }}

),

headlines as (

    select distinct
        edition,
        indicator_id,
        base_id

    from cells

),

by_indicator as (

    select
        estimates.edition,
        'indicator' as domain,
        estimates.indicator_id as category,
        estimates.estimate_pct,
        estimates.cv_pct,
        100 * estimates.se_sampling_pct / nullif(abs(estimates.estimate_pct), 0)
            as cv_sampling_pct,
        estimates.design_effect

    from estimates

    inner join headlines
        on
            estimates.edition = headlines.edition
            and estimates.indicator_id = headlines.indicator_id
            and estimates.base_id = headlines.base_id

    where estimates.domain = 'total'

),

printed as (

    select
        cells.edition,
        cells.domain,
        cells.category,
        estimates.obs_status

    from cells

    inner join estimates
        on cells.cell_id = estimates.cell_id

),

counts as (

    select
        edition,
        domain,
        category,
        count(*)::double as printed_share_count,
        count_if(obs_status = 'U')::double as unreliable_count

    from printed

    group by edition, domain, category

),

totals as (

    select
        edition,
        'total' as domain,
        'total' as category,
        sum(printed_share_count) as printed_share_total,
        sum(unreliable_count) as unreliable_total

    from counts

    group by edition

),

final as (

    select *

    from by_indicator

    unpivot (
        value for measure_id in (estimate_pct, cv_pct, cv_sampling_pct, design_effect)
    )

    union all by name

    select *

    from counts

    unpivot (value for measure_id in (printed_share_count, unreliable_count))

    union all by name

    select *

    from totals

    unpivot (value for measure_id in (printed_share_total, unreliable_total))

)

select * from final
