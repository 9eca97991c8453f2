/*
How much each mean moves from one hot deck to the next.

Grain: one row per edition × scope × indicator × base × domain × category.
Method: the variance of the mean between the further hot decks, each preceded by an
approximate Bayesian bootstrap of the donors (Rubin and Schenker 1986): B of Rubin's rules.
Counts are weighted and added as in int_estimates_sampling_variance.
*/
with

counts as (

    select * from {{ ref('int_counts_with_past_editions') }}
    where replicate > 0

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

means as (

    select
        counts.edition,
        scopes.scope,
        counts.indicator_id,
        counts.base_id,
        domains.domain,
        domains.category,
        counts.replicate,
        sum(strata.final_weight * counts.value_sum order by counts.stratum_number)
        / nullif(
            sum(strata.final_weight * counts.base_count order by counts.stratum_number), 0
        ) as mean

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

    group by all

),

final as (

    select
        edition,
        scope,
        indicator_id,
        base_id,
        domain,
        category,
        count(mean)::smallint as replicate_count,
        var_samp(mean order by replicate) as between_variance

    from means

    group by edition, scope, indicator_id, base_id, domain, category

)

select * from final
