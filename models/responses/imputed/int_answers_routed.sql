/*
Every answer, reported, imputed or derived, and whether its question was asked.

Grain: one row per edition × usable response × question with an answer.
Routing: a question belongs to a base. An answer outside it is kept as reported and
flagged (is_in_base false); nothing counts it.
*/
with

completed as (

    select * from {{ ref('int_answers_completed') }}

),

derived as (

    select * from {{ ref('int_answers_derived') }}

),

response_bases as (

    select * from {{ ref('int_response_bases') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

answers as (

    select * from completed

    union all by name

    select
        edition,
        response_key,
        question_number,
        answer_code,
        false as is_imputed

    from derived

),

final as (

    select
        answers.edition,
        answers.response_key,
        response_bases.stratum_number,
        response_bases.base_bits,
        answers.question_number,
        answers.answer_code,
        answers.reported_answer_code,
        answers.is_imputed,
        answers.donor_response_key,
        answers.imputation_level,
        (response_bases.base_bits & question_bases.base_bit) > 0 as is_in_base

    from answers

    inner join response_bases
        on
            answers.edition = response_bases.edition
            and answers.response_key = response_bases.response_key

    inner join question_bases
        on
            answers.edition = question_bases.edition
            and answers.question_number = question_bases.question_number

)

select * from final
