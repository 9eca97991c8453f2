/*
What became of those who had an indicator in one edition, and of those who had not, a later one.

Grain: one row per pair of editions × indicator × base × domain × category × whether the enterprise
had it before, of shares that can be compared and domains of which a stratum has a panel.
Method: the enterprises in the base both times that answered both times, each weighted to the later
population of its stratum (population ÷ panel). Share, variance and Korn and Graubard's interval as
macros/stratified_estimates.sql has them, the panel of a stratum being its sample: what R's survey
has for the panel as one design. Sampling alone. It describes the strata that have a panel,
covered_pct of the population of the domain, and no others.
*/
with

pairs as (

    select * from {{ ref('int_change_pairs') }}
    where is_comparable

),

panel_cells as (

    select * from {{ ref('int_panel_cells') }}
    where is_comparable and is_share

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

scope_strata as (

    select * from {{ ref('int_scope_strata') }}

),

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

),

sums as (

    select
        panel_cells.cell_id,
        panel_cells.previous_cell_id,
        before.had_it,
        panel_cells.stratum_number as stratum,
        panel_cells.population_count / panel_cells.panel_count as weight,
        panel_cells.panel_count as sample_count,
        panel_cells.population_count,
        panel_cells.is_share,
        if(
            before.had_it,
            panel_cells.base_value_sum,
            panel_cells.base_base_sum - panel_cells.base_value_sum
        ) as base_count,
        if(
            before.had_it,
            panel_cells.product_sum,
            panel_cells.value_base_sum - panel_cells.product_sum
        ) as hit_count,
        hit_count as value_sum,
        hit_count as value_square_sum

    from panel_cells

    cross join (values (true), (false)) as before (had_it)

),

estimates as (

    {{ stratified_estimates('sums', ['cell_id', 'previous_cell_id', 'had_it']) | indent(4) }}

),

domain_populations as (

    select
        pairs.cell_id,
        pairs.previous_cell_id,
        sum(strata.population_count) as population_count

    from pairs

    inner join scope_strata
        on
            pairs.edition = scope_strata.edition
            and pairs.scope = scope_strata.scope

    inner join strata
        on
            scope_strata.edition = strata.edition
            and scope_strata.stratum_number = strata.stratum_number

    inner join domains
        on
            strata.stratum_number = domains.stratum_number
            and pairs.domain = domains.domain
            and pairs.category = domains.category

    group by pairs.cell_id, pairs.previous_cell_id

),

covered as (

    select
        cell_id,
        previous_cell_id,
        sum(population_count) as population_count

    from panel_cells

    group by cell_id, previous_cell_id

),

final as (

    select
        pairs.cell_id,
        pairs.previous_cell_id,
        pairs.edition,
        pairs.previous_edition,
        pairs.scope,
        pairs.indicator_id,
        pairs.base_id,
        pairs.domain,
        pairs.category,
        estimates.had_it,
        100 * estimates.mean as estimate_pct,
        100 * estimates.mean_se as se_pct,
        100 * estimates.coefficient_of_variation as cv_pct,
        null::double as fmi_pct,
        estimates.is_share,
        100 * {{ korn_graubard_bound(
            'estimates.mean', 'estimates.base_count', 'estimates.effective_count',
            'estimates.degrees_of_freedom', 'lower'
        ) | indent(8) }} as exact_lower_pct,
        100 * {{ korn_graubard_bound(
            'estimates.mean', 'estimates.base_count', 'estimates.effective_count',
            'estimates.degrees_of_freedom', 'upper'
        ) | indent(8) }} as exact_upper_pct,
        estimates.degrees_of_freedom::double as degrees_of_freedom,
        estimates.effective_count as effective_respondent_count,
        estimates.base_count::integer as respondent_count,
        estimates.value_sum::integer as hit_count,
        100 * covered.population_count / domain_populations.population_count as covered_pct

    from estimates

    inner join pairs
        on
            estimates.cell_id = pairs.cell_id
            and estimates.previous_cell_id = pairs.previous_cell_id

    inner join covered
        on
            estimates.cell_id = covered.cell_id
            and estimates.previous_cell_id = covered.previous_cell_id

    inner join domain_populations
        on
            estimates.cell_id = domain_populations.cell_id
            and estimates.previous_cell_id = domain_populations.previous_cell_id

    where estimates.base_count > 0

)

select * from final
