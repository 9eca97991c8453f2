/*
Estimates of what other surveys cover, as everybody may see them.

Grain: one row per edition × scope × indicator × base, as fct_scope_estimates has them. Rounded and
with an interval from what is printed and the design alone, as in pub_estimates.
*/
with

estimates as (

    select
        edition,
        'scope' as domain,
        scope_id as category,
        indicator_id,
        base_id,
        estimate_pct,
        respondent_count,
        population_estimate,
        conf_status,
        cell_id

    from {{ ref('fct_scope_estimates') }}

),

published as (

    {{ public_estimates('estimates') | indent(4) }}

),

final as (

    select
        edition,
        category as scope_id,
        indicator_id,
        base_id,
        estimate_pct,
        ci_lower_pct,
        ci_upper_pct,
        respondent_count,
        population_estimate,
        conf_status,
        cell_id

    from published

)

select * from final
