/*
fct_answers has the answers that the counts are made of: for each question asked as many, as many of
them imputed, and the same sum of codes by response.
*/
with

responses as (

    select
        edition,
        line_number,
        response_key % 65521 as place
    from {{ ref('int_responses_usable') }}

),

patterns as (

    select
        patterns.edition,
        patterns.block_number,
        patterns.pattern,
        bases.base_bits,
        sum(responses.place) as place_sum,
        count(*) as response_count
    from {{ ref('int_patterns_completed') }} as patterns
    inner join responses
        on
            patterns.edition = responses.edition
            and patterns.line_number = responses.line_number
    inner join {{ ref('int_response_bases') }} as bases
        on
            patterns.edition = bases.edition
            and patterns.line_number = bases.line_number
            and bases.replicate in (-1, 0)
    where patterns.replicate in (-1, 0)
    group by all

),

codes as (

    select
        patterns.edition,
        questions.question_id,
        ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) - 1 as answer_code,
        patterns.place_sum,
        patterns.response_count
    from patterns
    inner join {{ ref('int_question_slots') }} as slots
        on
            patterns.edition = slots.edition
            and patterns.block_number = slots.block_number
    inner join {{ ref('int_question_bases') }} as questions
        on
            slots.edition = questions.edition
            and slots.question_number = questions.question_number
            and (patterns.base_bits & questions.base_bit) > 0

),

imputed as (

    select
        edition,
        question_id,
        count(*) as imputed_count
    from {{ ref('fct_imputations') }}
    group by edition, question_id

),

expected as (

    select
        codes.edition,
        codes.question_id,
        sum(codes.response_count) as answer_count,
        sum((codes.answer_code + 1) * codes.place_sum) as place_sum,
        coalesce(any_value(imputed.imputed_count), 0) as imputed_count
    from codes
    left join imputed
        on
            codes.edition = imputed.edition
            and codes.question_id = imputed.question_id
    where codes.answer_code >= 0
    group by codes.edition, codes.question_id

),

found as (

    select
        edition,
        question_id,
        count(*) as answer_count,
        sum((answer_code::bigint + 1) * (response_key % 65521)) as place_sum,
        count_if(is_imputed) as imputed_count
    from {{ ref('fct_answers') }}
    where not is_derived
    group by edition, question_id

)

select
    'edition ' || expected.edition || ', question ' || expected.question_id || ': found '
    || coalesce(found.answer_count, 0) || ' answers, ' || coalesce(found.imputed_count, 0)
    || ' of them imputed, and a sum by response of ' || coalesce(found.place_sum, 0)
    || ' in fct_answers; expected ' || expected.answer_count || ', ' || expected.imputed_count
    || ' and ' || expected.place_sum as message
from expected
left join found
    on
        expected.edition = found.edition
        and expected.question_id = found.question_id
where
    expected.answer_count is distinct from found.answer_count
    or expected.place_sum is distinct from found.place_sum
    or expected.imputed_count is distinct from found.imputed_count
