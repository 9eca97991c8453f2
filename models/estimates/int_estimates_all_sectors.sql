/*
Weighted estimates of each edition of this build as a whole, with their precision.

Grain: one row per edition × indicator × base × domain × category. The method is in
int_estimates_sampling_variance and int_estimates_by_scope.
*/
with

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

final as (

    select
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        is_share,
        estimate_pct,
        se_pct,
        ci_lower_pct,
        ci_upper_pct,
        degrees_of_freedom,
        design_effect,
        cv_pct,
        effective_respondent_count,
        exact_lower_pct,
        exact_upper_pct,
        se_total_pct,
        degrees_of_freedom_total,
        ci_total_lower_pct,
        ci_total_upper_pct,
        fmi_pct,
        respondent_count,
        hit_count,
        population_estimate,
        hit_population_estimate,
        hit_population_se

    from estimates

    where
        scope = 'all_sectors'
        and edition in (select strata.edition from strata)

)

select * from final
