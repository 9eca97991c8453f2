/*
Estimates of another part of the population: what other surveys cover, of the seed `scopes`.

Grain: one row per edition × scope × indicator × base, of all enterprises of the scope together,
for what is measured against a target (int_scope_cells). The method is that of fct_estimates. An
edition that is protected has no numbers here: the difference from the totals would give answers
of the strata left out away, and no audit looks at it (docs/disclosure.md).
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}

),

cells as (

    select * from {{ ref('int_scope_cells') }}

),

scopes as (

    select * from {{ ref('scopes') }}

),

editions as (

    select * from {{ ref('int_editions_protected') }}

),

strata as (

    select distinct edition from {{ ref('int_strata_weighted') }}

),

free as (

    select estimates.*

    from estimates

    inner join cells
        on
            estimates.cell_id = cells.cell_id
            and estimates.scope = cells.scope

    inner join editions
        on cells.edition = editions.edition

    where not editions.is_protected

),

final as (

    select
        cells.edition,
        cells.scope as scope_id,
        cells.indicator_id,
        cells.base_id,
        free.estimate_pct,
        free.se_pct,
        free.se_sampling_pct,
        free.ci_lower_pct,
        free.ci_upper_pct,
        free.ci_method,
        free.degrees_of_freedom,
        free.respondent_count,
        free.hit_count,
        free.population_estimate,
        free.hit_population_estimate,
        if(free.cell_id is null, 'C', 'F') as conf_status,
        cells.cell_id

    from cells

    inner join scopes
        on cells.scope = scopes.scope_id

    inner join strata
        on cells.edition = strata.edition

    left join free
        on
            cells.cell_id = free.cell_id
            and cells.scope = free.scope

)

select * from final
