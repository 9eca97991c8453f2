/*
Means, most of them shares, and their sampling precision, from sums per stratum.

Grain: one row per cell × scope.
Method (Respons en weging): p = Σ w s ÷ Σ w m over the strata of the domain, with w the
final weight, m the responses in the base and s the sum of what these count for; its variance
by Taylor linearisation, as macros/stratified_estimates.sql writes it out. Population and
responses are those of the strata weighted together, not of the domain.
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

counts as (

    select * from {{ ref('int_counts_with_past_editions') }}
    where replicate = 0

),

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

),

scopes as (

    select * from {{ ref('int_scope_strata') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

domain_sums as (

    select
        cells.cell_id,
        scopes.scope,
        counts.stratum_number as stratum,
        strata.final_weight as weight,
        coalesce(strata.weighted_usable_count, 0) as sample_count,
        strata.weighted_population_count as population_count,
        counts.is_share,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from cells

    inner join domains
        on
            cells.domain = domains.domain
            and cells.category = domains.category

    inner join counts
        on
            cells.edition = counts.edition
            and cells.indicator_id = counts.indicator_id
            and cells.base_id = counts.base_id
            and domains.stratum_number = counts.stratum_number

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    inner join scopes
        on
            counts.edition = scopes.edition
            and counts.stratum_number = scopes.stratum_number

),

final as (

    {{ stratified_estimates('domain_sums', ['cell_id', 'scope']) | indent(4) }}

)

select * from final
