/*
Strata: sector groups × size classes, with what is known of each and its weight.

Grain: one row per edition × stratum.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

final as (

    select
        edition,
        stratum_id,
        sector_code,
        size_class_code,
        population_count,
        sampled_count,
        reached_count,
        response_count,
        usable_count,
        weighting_stratum_id,
        design_weight

    from strata

)

select * from final
