/*
Weighted estimates of each edition of this build as a whole, with their precision.

Grain: one row per edition × indicator × base × domain × category. The method is in
int_estimates_sampling_variance and int_estimates_by_scope.
*/
with

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}

),

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

final as (

    select
        cells.cell_id,
        cells.edition,
        cells.indicator_id,
        cells.base_id,
        cells.domain,
        cells.category,
        estimates.is_share,
        estimates.estimate_pct,
        estimates.se_pct,
        estimates.se_sampling_pct,
        estimates.ci_lower_pct,
        estimates.ci_upper_pct,
        estimates.ci_method,
        estimates.degrees_of_freedom,
        estimates.design_effect,
        estimates.cv_pct,
        estimates.effective_respondent_count,
        estimates.exact_lower_pct,
        estimates.exact_upper_pct,
        estimates.fmi_pct,
        estimates.respondent_count,
        estimates.hit_count,
        estimates.population_estimate,
        estimates.hit_population_estimate,
        estimates.hit_population_se

    from estimates

    inner join cells
        on estimates.cell_id = cells.cell_id

    where
        estimates.scope = 'all_sectors'
        and cells.edition in (select strata.edition from strata)

)

select * from final
