/*
Weighted estimates from counts per stratum.

Grain: one row per edition × indicator × base × domain × category.
Method (Respons en weging): p = Σ w z ÷ Σ w d over the strata of the domain, with w the
design weight, d the responses in the base and z those of them that are hits. Counts
are whole numbers; each is multiplied by its weight once, and the products are added in
the order of the strata, so that the last bit does not depend on threads.
*/
with

counts as (

    select * from {{ ref('int_indicator_counts') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

sums as (

    select
        counts.edition,
        counts.indicator_id,
        counts.base_id,
        domains.domain,
        domains.category,
        sum(counts.base_count)::integer as respondent_count,
        sum(counts.hit_count)::integer as hit_count,
        coalesce(
            sum(strata.design_weight * counts.base_count order by counts.stratum_number),
            0
        ) as population_estimate,
        coalesce(
            sum(strata.design_weight * counts.hit_count order by counts.stratum_number),
            0
        ) as hit_population_estimate

    from counts

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    inner join domains
        on counts.stratum_number = domains.stratum_number

    group by all

),

final as (

    select
        *,
        100 * hit_population_estimate / nullif(population_estimate, 0) as estimate_pct

    from sums

)

select * from final
