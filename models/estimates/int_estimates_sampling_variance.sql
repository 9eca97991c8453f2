/*
Means, most of them shares, and their sampling precision, from sums per stratum.

Grain: one row per edition × scope × indicator × base × domain × category.
Method (Respons en weging): p = Σ w s ÷ Σ w m over the strata of the domain, with w the
final weight, m the responses in the base and s the sum of what these count for; its variance
by Taylor linearisation, as macros/stratified_estimates.sql writes it out. Population and
responses are those of the strata weighted together, not of the domain.
*/
with

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
        counts.edition,
        scopes.scope,
        counts.indicator_id,
        counts.base_id,
        domains.domain,
        domains.category,
        counts.stratum_number as stratum,
        strata.final_weight as weight,
        coalesce(strata.weighted_usable_count, 0) as sample_count,
        strata.weighted_population_count as population_count,
        counts.is_share,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from counts

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    inner join scopes
        on
            counts.edition = scopes.edition
            and counts.stratum_number = scopes.stratum_number

    inner join domains
        on counts.stratum_number = domains.stratum_number

),

final as (

    {{ stratified_estimates(
        'domain_sums',
        ['edition', 'scope', 'indicator_id', 'base_id', 'domain', 'category']
    ) | indent(4) }}

)

select * from final
