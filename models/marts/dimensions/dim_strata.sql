/*
Strata: sector groups × size classes, with what is known of each and its weight.

Grain: one row per edition × stratum.
*/
{{ config(post_hook="{{ keep_released_rows() }}") }}
-- depends_on: {{ ref('chk_expectation_results') }}
with

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

population as (

    select * from {{ ref('population') }}

),

final as (

    select
        strata.edition,
        strata.stratum_id,
        strata.sector_code,
        strata.size_class_code,
        strata.population_count,
        strata.sampled_count,
        strata.reached_count,
        strata.response_count,
        strata.usable_count,
        strata.weighting_stratum_id,
        strata.design_weight,
        strata.nonresponse_adjustment,
        strata.final_weight,
        coalesce(population.is_assumed, false) as is_population_assumed,
        strata.edition || '|' || strata.stratum_id as edition_stratum_id

    from strata

    left join population
        on
            strata.edition = population.edition
            and strata.sector_code = population.sector_code
            and strata.size_class_code = population.size_class_code

)

select * from final
