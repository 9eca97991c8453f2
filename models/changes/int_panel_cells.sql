/*
The panel of each change, stratum by stratum of its domain and scope.

Grain: one row per cell × cell of an earlier edition × stratum with a panel (int_panel_sums).
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

final as (

    select
        pairs.cell_id,
        pairs.previous_cell_id,
        pairs.scope,
        pairs.is_comparable,
        panel_sums.stratum_number,
        panel_sums.is_share,
        panel_sums.panel_count,
        panel_sums.population_count,
        panel_sums.final_weight,
        panel_sums.previous_population_count,
        panel_sums.previous_final_weight,
        panel_sums.base_count,
        panel_sums.value_sum,
        panel_sums.previous_base_count,
        panel_sums.previous_value_sum,
        panel_sums.product_sum,
        panel_sums.value_base_sum,
        panel_sums.base_value_sum,
        panel_sums.base_base_sum

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

)

select * from final
