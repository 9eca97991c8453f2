/*
How much each mean and total moves from one hot deck to the next.

Grain: one row per cell × scope.
Method: the variance of the estimate between the further hot decks, each preceded by an
approximate Bayesian bootstrap of the donors (Rubin and Schenker 1986): B of Rubin's rules.
Counts are weighted and added as in int_estimates_sampling_variance.
*/
with

domain_sums as (

    {{ sums_by_cell('replicate > 0') | indent(4) }}

),

means as (

    select
        cell_id,
        scope,
        replicate,
        list_sum(list(weight * value_sum order by stratum)) as value_total,
        list_sum(list(weight * value_sum order by stratum))
        / nullif(list_sum(list(weight * base_count order by stratum)), 0) as mean

    from domain_sums

    group by cell_id, scope, replicate

),

final as (

    select
        cell_id,
        scope,
        count(mean)::smallint as replicate_count,
        var_samp(mean order by replicate) as between_variance,
        var_samp(value_total order by replicate) as value_total_between_variance

    from means

    group by cell_id, scope

)

select * from final
