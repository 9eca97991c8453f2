/*
What the responses that two indicators share count for together, in each stratum.

Grain: one row per edition × stratum × indicator and base × other indicator and base, of the
contrasts of different indicators or bases, where a response is in both bases. Sums of products
of what the answers count for and of 1 for each response of a base.
*/
with

pairs as (

    select distinct
        edition,
        indicator_id,
        base_id,
        other_indicator_id,
        other_base_id

    from {{ ref('int_contrast_pairs') }}

    where indicator_id != other_indicator_id or base_id != other_base_id

),

indicators as (

    select * from {{ ref('int_indicators_offered') }}

),

codes as (

    select * from {{ ref('int_indicator_codes') }}

),

answers as (

    select * from {{ ref('int_answer_pair_counts') }}

),

shared as (

    select
        pairs.*,
        answers.stratum_number,
        answers.response_count,
        coalesce(codes.answer_value, 0) as answer_value,
        coalesce(other_codes.answer_value, 0) as other_answer_value

    from pairs

    inner join indicators
        on
            pairs.edition = indicators.edition
            and pairs.indicator_id = indicators.indicator_id
            and pairs.base_id = indicators.base_id

    inner join indicators as others
        on
            pairs.edition = others.edition
            and pairs.other_indicator_id = others.indicator_id
            and pairs.other_base_id = others.base_id

    inner join answers
        on
            pairs.edition = answers.edition
            and indicators.question_number = answers.question_number
            and others.question_number = answers.other_question_number

    left join codes
        on
            pairs.indicator_id = codes.indicator_id
            and pairs.base_id = codes.base_id
            and answers.answer_code = codes.answer_code

    left join codes as other_codes
        on
            pairs.other_indicator_id = other_codes.indicator_id
            and pairs.other_base_id = other_codes.base_id
            and answers.other_answer_code = other_codes.answer_code

    where
        (answers.base_bits & indicators.base_bit) > 0
        and (answers.base_bits & others.base_bit) > 0

),

final as (

    select
        edition,
        stratum_number,
        indicator_id,
        base_id,
        other_indicator_id,
        other_base_id,
        sum(response_count * answer_value * other_answer_value)::bigint as product_sum,
        sum(response_count * answer_value)::bigint as value_base_sum,
        sum(response_count * other_answer_value)::bigint as base_value_sum,
        sum(response_count)::bigint as base_base_sum

    from shared

    group by all

)

select * from final
