/*
Weighted estimates of every indicator, for all enterprises, by sector and by size.

Grain: one row per edition × indicator × base × domain × category. The method is in
int_estimates_sampled, int_estimates_scoped and int_estimate_statuses.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

estimates as (

    select * from {{ ref('int_estimates') }}

),

statuses as (

    select * from {{ ref('int_estimate_statuses') }}

),

final as (

    select
        estimates.edition,
        estimates.indicator_id,
        estimates.base_id,
        estimates.domain,
        estimates.category,
        estimates.estimate_pct,
        estimates.se_pct,
        estimates.ci_lower_pct,
        estimates.ci_upper_pct,
        estimates.degrees_of_freedom,
        estimates.design_effect,
        estimates.cv_pct,
        estimates.effective_respondent_count,
        estimates.se_total_pct,
        estimates.ci_total_lower_pct,
        estimates.ci_total_upper_pct,
        estimates.missing_information_pct,
        estimates.respondent_count,
        estimates.hit_count,
        estimates.population_estimate,
        estimates.hit_population_estimate,
        estimates.hit_population_se,
        statuses.obs_status,
        statuses.obs_status_rule_id,
        statuses.conf_status

    from estimates

    inner join statuses
        on
            estimates.edition = statuses.edition
            and estimates.indicator_id = statuses.indicator_id
            and estimates.base_id = statuses.base_id
            and estimates.domain = statuses.domain
            and estimates.category = statuses.category

)

select * from final
