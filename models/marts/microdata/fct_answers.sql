/*
Answers of usable responses to the questions that they were asked.

Grain: one row per edition × usable response × question asked. Answers outside their route stay
in int_patterns_reported; nothing counts them. Rows are stored in the order of their key within an
edition, so that the release copies them as they are.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

patterns as (

    select * from {{ ref('int_patterns_completed') }}
    where replicate in (-1, 0)

),

bases as (

    select * from {{ ref('int_response_bases') }}
    where replicate in (-1, 0)

),

responses as (

    select * from {{ ref('int_responses_usable') }}

),

slots as (

    select * from {{ ref('int_question_slots') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

imputed as (

    select
        imputed.edition,
        imputed.line_number,
        imputed.question_number,
        imputed.imputation_level,
        donors.response_key as donor_response_key

    from {{ ref('int_answers_imputed') }} as imputed

    inner join responses as donors
        on
            imputed.edition = donors.edition
            and imputed.donor_line_number = donors.line_number

),

answers as (

    select
        patterns.edition,
        patterns.line_number,
        responses.response_key,
        slots.question_number,
        question_bases.question_id,
        ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) - 1 as answer_code

    from patterns

    inner join responses
        on
            patterns.edition = responses.edition
            and patterns.line_number = responses.line_number

    inner join bases
        on
            patterns.edition = bases.edition
            and patterns.line_number = bases.line_number

    inner join slots
        on
            patterns.edition = slots.edition
            and patterns.block_number = slots.block_number
            and ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) > 0

    inner join question_bases
        on
            slots.edition = question_bases.edition
            and slots.question_number = question_bases.question_number
            and (bases.base_bits & question_bases.base_bit) > 0

),

final as (

    select
        answers.edition,
        answers.response_key,
        answers.question_id,
        answers.answer_code::utinyint as answer_code,
        case when imputed.edition is null then answers.answer_code end::utinyint
            as reported_answer_code,
        imputed.edition is not null as is_imputed,
        imputed.donor_response_key,
        imputed.imputation_level

    from answers

    left join imputed
        on
            answers.edition = imputed.edition
            and answers.line_number = imputed.line_number
            and answers.question_number = imputed.question_number

    order by answers.edition, answers.response_key, answers.question_id

)

select * from final
