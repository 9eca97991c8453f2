/*
The covariance of both estimates of a change, from the enterprises that answered in both editions.

Grain: one row per cell × cell of an earlier edition, of those whose domain has a stratum with a
panel (int_panel_sums). In squared percentage points.
Method: macros/panel_covariances.sql, of the sampling alone: the hot decks of two editions are drawn
independently.
*/
with

pairs as (

    select * from {{ ref('int_change_pairs') }}

),

panel_sums as (

    select * from {{ ref('int_panel_sums') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

scope_strata as (

    select * from {{ ref('int_scope_strata') }}

),

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}

),

sums as (

    select
        pairs.cell_id,
        pairs.previous_cell_id,
        panel_sums.stratum_number as stratum,
        panel_sums.final_weight as weight,
        panel_sums.previous_final_weight as previous_weight,
        panel_sums.population_count,
        panel_sums.previous_population_count,
        panel_sums.panel_count,
        panel_sums.base_count,
        panel_sums.value_sum,
        panel_sums.previous_base_count,
        panel_sums.previous_value_sum,
        panel_sums.product_sum,
        panel_sums.value_base_sum,
        panel_sums.base_value_sum,
        panel_sums.base_base_sum,
        later.estimate_pct / 100 as mean,
        previous.estimate_pct / 100 as previous_mean,
        later.population_estimate as base_total,
        previous.population_estimate as previous_base_total

    from pairs

    inner join panel_sums
        on
            pairs.edition = panel_sums.edition
            and pairs.previous_edition = panel_sums.previous_edition
            and pairs.indicator_id = panel_sums.indicator_id
            and pairs.base_id = panel_sums.base_id

    inner join domains
        on
            panel_sums.stratum_number = domains.stratum_number
            and pairs.domain = domains.domain
            and pairs.category = domains.category

    inner join scope_strata
        on
            pairs.edition = scope_strata.edition
            and pairs.scope = scope_strata.scope
            and panel_sums.stratum_number = scope_strata.stratum_number

    inner join estimates as later
        on
            pairs.cell_id = later.cell_id
            and pairs.scope = later.scope

    inner join estimates as previous
        on
            pairs.previous_cell_id = previous.cell_id
            and pairs.scope = previous.scope

),

covariances as (

    {{ panel_covariances('sums', ['cell_id', 'previous_cell_id']) | indent(4) }}

),

final as (

    select
        cell_id,
        previous_cell_id,
        panel_count,
        10000 * covariance as covariance

    from covariances

)

select * from final
