/*
Weighted estimates of every indicator, for all enterprises, by sector and by size.

Grain: one row per edition × indicator × base × domain × category. The method is in
int_estimates_sampling_variance, int_estimates_by_scope and int_estimate_statuses. An estimate
that is not free (int_estimates_withheld) has its statuses and nothing else.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

statuses as (

    select * from {{ ref('int_estimate_statuses') }}

),

withheld as (

    select * from {{ ref('int_estimates_withheld') }}

),

final as (

    select
        cells.edition,
        cells.indicator_id,
        cells.base_id,
        cells.domain,
        cells.category,
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
        estimates.fmi_pct,
        estimates.respondent_count,
        estimates.hit_count,
        estimates.population_estimate,
        estimates.hit_population_estimate,
        estimates.hit_population_se,
        statuses.obs_status,
        statuses.obs_status_rule_id,
        coalesce(withheld.conf_status, 'F') as conf_status,
        cells.cell_id

    from statuses

    inner join cells
        on statuses.cell_id = cells.cell_id

    left join withheld
        on statuses.cell_id = withheld.cell_id

    left join estimates
        on
            statuses.cell_id = estimates.cell_id
            and withheld.conf_status is null

)

select * from final
