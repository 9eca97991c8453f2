/*
Base and sums of the key figures in every stratum, by what the responses came in after.

Grain: one row per edition × contact step × stratum × indicator × base with a response in the base,
in the published deck. Key figures are those of the seed `site_highlights`. Over the steps they sum
to int_indicator_counts.
*/
with

steps as (

    select * from {{ ref('int_response_steps') }}
    where is_usable and contact_step_id is not null

),

highlights as (

    select * from {{ ref('site_highlights') }}

),

indicators as (

    select * from {{ ref('int_indicators_offered') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

codes as (

    select * from {{ ref('int_indicator_codes') }}

),

pattern_codes as (

    select * from {{ ref('int_pattern_codes') }}

),

patterns as (

    select * from {{ ref('int_patterns_completed') }}
    where replicate in (-1, 0)

),

bases as (

    select * from {{ ref('int_response_bases') }}
    where replicate in (-1, 0)

),

final as (

    select
        steps.edition,
        steps.contact_step_id,
        bases.stratum_number,
        indicators.indicator_id,
        indicators.base_id,
        indicators.is_share,
        count(*)::integer as base_count,
        coalesce(sum(codes.answer_value), 0)::bigint as value_sum,
        coalesce(sum(codes.answer_value * codes.answer_value), 0)::bigint as value_square_sum

    from highlights

    inner join indicators
        on
            highlights.indicator_id = indicators.indicator_id
            and highlights.base_id = indicators.base_id

    inner join question_bases
        on
            indicators.edition = question_bases.edition
            and indicators.question_number = question_bases.question_number

    inner join pattern_codes
        on
            indicators.edition = pattern_codes.edition
            and indicators.question_number = pattern_codes.question_number

    inner join patterns
        on
            pattern_codes.edition = patterns.edition
            and pattern_codes.block_number = patterns.block_number
            and pattern_codes.pattern = patterns.pattern

    inner join bases
        on
            patterns.edition = bases.edition
            and patterns.line_number = bases.line_number
            and (bases.base_bits & indicators.base_bit) > 0
            and (bases.base_bits & question_bases.base_bit) > 0

    inner join steps
        on
            patterns.edition = steps.edition
            and patterns.line_number = steps.line_number

    left join codes
        on
            indicators.indicator_id = codes.indicator_id
            and indicators.base_id = codes.base_id
            and pattern_codes.answer_code = codes.answer_code

    group by all

)

select * from final
