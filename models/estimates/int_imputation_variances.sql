/*
How much each mean moves from one hot deck to the next.

Grain: one row per cell × scope.
Method: the variance of the mean between the further hot decks, each preceded by an
approximate Bayesian bootstrap of the donors (Rubin and Schenker 1986): B of Rubin's rules.
Counts are weighted and added as in int_estimates_sampling_variance.
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

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
        cells.cell_id,
        scopes.scope,
        counts.replicate,
        sum(strata.final_weight * counts.value_sum order by counts.stratum_number)
        / nullif(
            sum(strata.final_weight * counts.base_count order by counts.stratum_number), 0
        ) as mean

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

    group by all

),

final as (

    select
        cell_id,
        scope,
        count(mean)::smallint as replicate_count,
        var_samp(mean order by replicate) as between_variance

    from means

    group by cell_id, scope

)

select * from final
