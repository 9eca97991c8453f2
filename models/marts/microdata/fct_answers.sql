/*
Answers of usable responses to the questions that they were asked.

Grain: one row per edition × usable response × question asked. Answers outside their
route stay in int_answers_routed, flagged.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

answers as (

    select * from {{ ref('int_answers_routed') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

final as (

    select
        answers.edition,
        answers.response_key,
        question_bases.question_id,
        answers.answer_code,
        answers.reported_answer_code,
        answers.is_imputed,
        answers.donor_response_key,
        answers.imputation_level

    from answers

    inner join question_bases
        on
            answers.edition = question_bases.edition
            and answers.question_number = question_bases.question_number

    where answers.is_in_base and not question_bases.is_derived

)

select * from final
