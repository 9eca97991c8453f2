/*
Answers of usable responses to the questions that they were asked.

Grain: one row per edition × usable response × question asked. Answers outside their route stay
in int_patterns_reported; nothing counts them.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

patterns as (

    select *
    from {{ ref('int_patterns_completed') }}
    where replicate in (-1, 0)

),

responses as (

    select * from {{ ref('int_responses_usable') }}

),

bases as (

    select *
    from {{ ref('int_response_bases') }}
    where replicate in (-1, 0)

),

slots as (

    select * from {{ ref('int_question_slots') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

imputed as (

    select * from {{ ref('int_answers_imputed') }}

),

questions as (

    select
        slots.*,
        question_bases.question_id,
        question_bases.base_bit

    from slots

    inner join question_bases
        on
            slots.edition = question_bases.edition
            and slots.question_number = question_bases.question_number

),

imputations as (

    select
        imputed.edition,
        imputed.line_number,
        imputed.question_number,
        imputed.imputation_level,
        donors.response_key as donor_response_key

    from imputed

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
        questions.question_number,
        questions.question_id,
        (((patterns.pattern >> questions.slot_shift) & questions.slot_mask) - 1)::utinyint
            as answer_code

    from patterns

    inner join responses
        on
            patterns.edition = responses.edition
            and patterns.line_number = responses.line_number

    inner join bases
        on
            patterns.edition = bases.edition
            and patterns.line_number = bases.line_number

    inner join questions
        on
            patterns.edition = questions.edition
            and patterns.block_number = questions.block_number
            and (bases.base_bits & questions.base_bit) > 0
            and ((patterns.pattern >> questions.slot_shift) & questions.slot_mask) > 0

),

final as (

    select
        answers.edition,
        answers.response_key,
        answers.question_id,
        answers.answer_code,
        if(imputations.edition is null, answers.answer_code, null) as reported_answer_code,
        imputations.edition is not null as is_imputed,
        imputations.donor_response_key,
        imputations.imputation_level

    from answers

    left join imputations
        on
            answers.edition = imputations.edition
            and answers.line_number = imputations.line_number
            and answers.question_number = imputations.question_number

)

select * from final
