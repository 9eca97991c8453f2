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

strata as (

    select * from {{ ref('int_contrast_cell_strata') }}

),

counts as (

    select * from {{ ref('int_indicator_counts') }}

),

means as (

    select
        strata.cell_id,
        counts.replicate,
        sum((strata.final_weight * counts.value_sum)::decimal(30, 18))::double
        / sum((strata.final_weight * counts.base_count)::decimal(30, 18))::double as mean

    from strata

    inner join counts
        on
            strata.edition = counts.edition
            and strata.stratum_number = counts.stratum_number
            and strata.indicator_id = counts.indicator_id
            and strata.base_id = counts.base_id

    where counts.replicate > 0 and counts.base_count > 0
    group by strata.cell_id, counts.replicate

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
