/*
Everything the warehouse computes that a report can print, in the shape of the seed
`published_figures`.

Grain: one row per edition × indicator × base × domain × category × unit.
*/
with

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

fieldwork as (

    select * from {{ ref('int_fieldwork_counts') }}

),

fieldwork_indicators as (

    select * from {{ ref('fieldwork_indicators') }}

),

stratum_domains as (

    select
        stratum_number,
        domain,
        category

    from domains

    union all

    select distinct
        stratum_number,
        'stratum' as domain,
        stratum_id as category

    from strata

),

counts_side_by_side as (

    select
        strata.edition,
        stratum_domains.domain,
        stratum_domains.category,
        sum(strata.population_count)::double as population,
        sum(strata.sampled_count)::double as sampled,
        sum(strata.usable_count)::double as usable

    from strata

    inner join stratum_domains
        on strata.stratum_number = stratum_domains.stratum_number

    group by all

),

stratum_counts as (

    select
        edition,
        domain,
        category,
        indicator_id,
        value

    from counts_side_by_side
    unpivot (value for indicator_id in (population, sampled, usable))

),

final as (

    select
        cell_id,
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        'percent' as unit,
        estimate_pct as value

    from estimates

    union all

    select
        cell_id,
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        'count' as unit,
        hit_count::double as value

    from estimates

    where is_share

    union all by name

    select
        edition,
        indicator_id,
        domain,
        category,
        'count' as unit,
        value

    from stratum_counts

    union all by name

    select
        fieldwork.edition,
        fieldwork.indicator_id,
        'total' as domain,
        'total' as category,
        fieldwork_indicators.unit,
        fieldwork.value

    from fieldwork

    inner join fieldwork_indicators
        on fieldwork.indicator_id = fieldwork_indicators.indicator_id

    where
        fieldwork.indicator_id not in (
            select stratum_counts.indicator_id from stratum_counts
        )

)

select * from final
