/*
The true answers of protected editions, which a reader of what is published must not find.

Grain: one row per protected edition × base × question × answer code × stratum, of questions
that an indicator counts.
*/
with

counts as (

    select * from {{ ref('int_answer_counts') }}
    where replicate = 0

),

editions as (

    select * from {{ ref('int_editions_protected') }}
    where is_protected

),

indicators as (

    select distinct
        offered.edition,
        offered.base_id,
        offered.base_bit,
        offered.question_number,
        codes.question_id

    from {{ ref('int_indicators_offered') }} as offered

    inner join {{ ref('int_indicator_codes') }} as codes
        on
            offered.indicator_id = codes.indicator_id
            and offered.base_id = codes.base_id

),

final as (

    select
        indicators.edition,
        indicators.base_id,
        indicators.question_id,
        counts.answer_code,
        counts.stratum_number,
        sum(counts.answer_count)::integer as answer_count

    from indicators

    inner join editions
        on indicators.edition = editions.edition

    inner join counts
        on
            indicators.edition = counts.edition
            and indicators.question_number = counts.question_number

    where (indicators.base_bit & counts.base_bits) > 0
    group by all

)

select * from final
