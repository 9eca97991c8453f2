/*
The covariance of both estimates of a change, from the enterprises that answered in both editions.

Grain: one row per cell × cell of an earlier edition, of those whose domain has a stratum with a
panel (int_panel_cells). In squared percentage points.
Method: macros/panel_covariances.sql, of the sampling alone: the hot decks of two editions are drawn
independently.
*/
with

panel_cells as (

    select * from {{ ref('int_panel_cells') }}

),

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}

),

sums as (

    select
        panel_cells.cell_id,
        panel_cells.previous_cell_id,
        panel_cells.stratum_number as stratum,
        panel_cells.final_weight as weight,
        panel_cells.previous_final_weight as previous_weight,
        panel_cells.population_count,
        panel_cells.previous_population_count,
        panel_cells.panel_count,
        panel_cells.base_count,
        panel_cells.value_sum,
        panel_cells.previous_base_count,
        panel_cells.previous_value_sum,
        panel_cells.product_sum,
        panel_cells.value_base_sum,
        panel_cells.base_value_sum,
        panel_cells.base_base_sum,
        later.estimate_pct / 100 as mean,
        previous.estimate_pct / 100 as previous_mean,
        later.population_estimate as base_total,
        previous.population_estimate as previous_base_total

    from panel_cells

    inner join estimates as later
        on
            panel_cells.cell_id = later.cell_id
            and panel_cells.scope = later.scope

    inner join estimates as previous
        on
            panel_cells.previous_cell_id = previous.cell_id
            and panel_cells.scope = previous.scope

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
