/*
Shares and their sampling precision, from counts per stratum.

Grain: one row per edition × scope × indicator × base × domain × category.
Method (Respons en weging): p = Σ w z ÷ Σ w d over the strata of the domain, with w the
final weight, d the responses in the base and z those of them that are hits; its variance
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

domain_counts as (

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
        counts.base_count,
        counts.hit_count

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
        'domain_counts',
        ['edition', 'scope', 'indicator_id', 'base_id', 'domain', 'category']
    ) | indent(4) }}

)

select * from final
