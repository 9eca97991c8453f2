/*
How much each difference moves from one hot deck to the next.

Grain: one row per contrast.
Method: as int_imputation_variances, of the difference of both means in each further deck: what
imputation moves alike on both sides moves no difference. Sums are of decimal numbers, which add
up to the same in any order.
*/
with

pairs as (

    select * from {{ ref('int_contrast_pairs') }}

),

cell_sums as (

    select * from {{ ref('int_contrast_cell_sums') }}

),

means as (

    select
        cell_id,
        replicate,
        sum((final_weight * value_sum)::decimal(30, 18))::double
        / sum((final_weight * base_count)::decimal(30, 18))::double as mean

    from cell_sums

    where replicate > 0
    group by cell_id, replicate

),

final as (

    select
        pairs.cell_id,
        pairs.other_cell_id,
        count(means.mean - others.mean)::smallint as replicate_count,
        var_samp(means.mean - others.mean order by means.replicate) as between_variance

    from pairs

    inner join means
        on pairs.cell_id = means.cell_id

    inner join means as others
        on
            pairs.other_cell_id = others.cell_id
            and means.replicate = others.replicate

    group by pairs.cell_id, pairs.other_cell_id

)

select * from final
