/*
Differences of two estimates of one edition, with the sampling error that their covariance gives.

Grain: one row per contrast.
Method: macros/stratified_differences.sql. In a stratum that only one side has, there are no
products. Where both sides are of one indicator and base, the products are its own sums of
squares; else they come from the answers that both count.
*/
with

pairs as (

    select * from {{ ref('int_contrast_pairs') }}

),

cell_sums as (

    select
        strata.*,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from {{ ref('int_contrast_cell_strata') }} as strata

    inner join {{ ref('int_indicator_counts') }} as counts
        on
            strata.edition = counts.edition
            and strata.stratum_number = counts.stratum_number
            and strata.indicator_id = counts.indicator_id
            and strata.base_id = counts.base_id

    where counts.replicate = 0 and counts.base_count > 0

),

products as (

    select * from {{ ref('int_indicator_pair_counts') }}

),

sides as (

    select
        pairs.*,
        cell_sums.stratum_number,
        cell_sums.final_weight,
        cell_sums.sample_count,
        cell_sums.population_count,
        cell_sums.base_count,
        cell_sums.value_sum,
        cell_sums.value_square_sum,
        0 as other_base_count,
        0 as other_value_sum,
        0 as other_value_square_sum

    from pairs

    inner join cell_sums
        on pairs.cell_id = cell_sums.cell_id

    union all by name

    select
        pairs.*,
        cell_sums.stratum_number,
        cell_sums.final_weight,
        cell_sums.sample_count,
        cell_sums.population_count,
        0 as base_count,
        0 as value_sum,
        0 as value_square_sum,
        cell_sums.base_count as other_base_count,
        cell_sums.value_sum as other_value_sum,
        cell_sums.value_square_sum as other_value_square_sum

    from pairs

    inner join cell_sums
        on pairs.other_cell_id = cell_sums.cell_id

),

sums as (

    select
        * exclude (
            base_count, value_sum, value_square_sum,
            other_base_count, other_value_sum, other_value_square_sum
        ),
        indicator_id = other_indicator_id and base_id = other_base_id as is_alike,
        count(*) = 2 as is_shared,
        sum(base_count)::bigint as base_count,
        sum(value_sum)::bigint as value_sum,
        sum(value_square_sum)::bigint as value_square_sum,
        sum(other_base_count)::bigint as other_base_count,
        sum(other_value_sum)::bigint as other_value_sum,
        sum(other_value_square_sum)::bigint as other_value_square_sum

    from sides

    group by all

),

joint_sums as (

    select
        sums.cell_id,
        sums.other_cell_id,
        sums.stratum_number as stratum,
        sums.final_weight as weight,
        sums.sample_count,
        sums.population_count,
        sums.base_count,
        sums.value_sum,
        sums.value_square_sum,
        sums.other_base_count,
        sums.other_value_sum,
        sums.other_value_square_sum,
        case
            when sums.is_shared and sums.is_alike then sums.value_square_sum
            when sums.is_shared then coalesce(products.product_sum, 0)
            else 0
        end as product_sum,
        case
            when sums.is_shared and sums.is_alike then sums.value_sum
            when sums.is_shared then coalesce(products.value_base_sum, 0)
            else 0
        end as value_base_sum,
        case
            when sums.is_shared and sums.is_alike then sums.value_sum
            when sums.is_shared then coalesce(products.base_value_sum, 0)
            else 0
        end as base_value_sum,
        case
            when sums.is_shared and sums.is_alike then sums.base_count
            when sums.is_shared then coalesce(products.base_base_sum, 0)
            else 0
        end as base_base_sum

    from sums

    left join products
        on
            sums.edition = products.edition
            and sums.stratum_number = products.stratum_number
            and sums.indicator_id = products.indicator_id
            and sums.base_id = products.base_id
            and sums.other_indicator_id = products.other_indicator_id
            and sums.other_base_id = products.other_base_id

),

final as (

    {{ stratified_differences('joint_sums', ['cell_id', 'other_cell_id']) | indent(4) }}

)

select * from final
