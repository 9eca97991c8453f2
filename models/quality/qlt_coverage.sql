/*
Where the sample and the population do not cover each other, and what was assumed.

Grain: one row per edition × measure × domain × category; all enterprises together.
*/
with

units as (

    select *
    from {{ ref('int_fieldwork_units') }}
    where counted_unit = 'enterprise'

),

strata as (

    select * from {{ ref('dim_strata') }}

),

sample as (

    select
        edition,
        100 * sum(if(is_eligible, 0, unit_count)) / sum(unit_count) as over_coverage_rate_pct

    from units

    group by edition

),

stratum_counts as (

    select
        edition,
        count_if(is_population_assumed)::double as assumed_stratum_count,
        count_if(weighting_stratum_id != stratum_id)::double as merged_stratum_count

    from strata

    group by edition

),

joined as (

    select
        sample.edition,
        'total' as domain,
        'total' as category,
        sample.over_coverage_rate_pct,
        stratum_counts.assumed_stratum_count,
        stratum_counts.merged_stratum_count

    from sample

    inner join stratum_counts
        on sample.edition = stratum_counts.edition

),

final as (

    select *

    from joined

    unpivot (
        value for measure_id in (
            over_coverage_rate_pct, assumed_stratum_count, merged_stratum_count
        )
    )

)

select * from final
