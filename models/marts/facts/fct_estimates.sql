/*
Weighted estimates of every indicator, for all enterprises, by sector and by size.

Grain: one row per edition × indicator × base × domain × category. The method is in
int_estimates.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

final as (

    select
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        estimate_pct,
        respondent_count,
        hit_count,
        population_estimate,
        hit_population_estimate

    from {{ ref('int_estimates') }}

)

select * from final
