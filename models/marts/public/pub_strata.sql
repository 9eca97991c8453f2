/*
Strata as everybody may see them: what the report prints of each, and the weight that follows.

Grain: one row per edition × stratum, as dim_strata has them.
*/
with

final as (

    select
        edition,
        stratum_id,
        sector_code,
        size_class_code,
        population_count,
        sampled_count,
        usable_count,
        weighting_stratum_id,
        design_weight,
        nonresponse_adjustment,
        final_weight,
        is_population_assumed,
        edition_stratum_id

    from {{ ref('dim_strata') }}

)

select * from final
