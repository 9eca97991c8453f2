/*
Base of every indicator in every stratum, with the sums of what its answers count for.

Grain: one row per edition × hot deck × stratum × indicator × base, the complete grid: a
stratum without a single hit, or without a single response in the base, has its row of zeros.
Hot deck 0 is the published one. For a share both sums are the hits.
*/
with

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

indicators as (

    select * from {{ ref('int_indicators_offered') }}

),

codes as (

    select * from {{ ref('int_indicator_codes') }}

),

answer_counts as (

    select * from {{ ref('int_answer_counts') }}

),

replicates as (

    {{ replicates() | indent(4) }}

),

counted as (

    select
        indicators.edition,
        answer_counts.replicate,
        answer_counts.stratum_number,
        indicators.indicator_id,
        indicators.base_id,
        sum(answer_counts.answer_count) as base_count,
        sum(answer_counts.answer_count * codes.answer_value) as value_sum,
        sum(answer_counts.answer_count * codes.answer_value * codes.answer_value)
            as value_square_sum

    from indicators

    inner join answer_counts
        on
            indicators.edition = answer_counts.edition
            and indicators.question_number = answer_counts.question_number

    left join codes
        on
            indicators.indicator_id = codes.indicator_id
            and indicators.base_id = codes.base_id
            and answer_counts.answer_code = codes.answer_code

    where (indicators.base_bit & answer_counts.base_bits) > 0
    group by all

),

final as (

    select
        indicators.edition,
        replicates.replicate,
        strata.stratum_number,
        indicators.indicator_id,
        indicators.base_id,
        indicators.is_share,
        coalesce(counted.base_count, 0)::integer as base_count,
        coalesce(counted.value_sum, 0)::bigint as value_sum,
        coalesce(counted.value_square_sum, 0)::bigint as value_square_sum

    from indicators

    inner join strata
        on indicators.edition = strata.edition

    cross join replicates

    left join counted
        on
            indicators.edition = counted.edition
            and replicates.replicate = counted.replicate
            and strata.stratum_number = counted.stratum_number
            and indicators.indicator_id = counted.indicator_id
            and indicators.base_id = counted.base_id

)

select * from final
