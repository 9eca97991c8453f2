/*
Reported answers of usable responses, carried as small integers.

Grain: one row per edition × usable response × question with an answer.
*/
with

answers as (

    select * from {{ ref('stg_answers') }}

),

responses as (

    select * from {{ ref('int_responses_classified') }}

),

asked as (

    select * from {{ ref('int_questions_asked') }}

),

final as (

    select
        responses.edition,
        responses.response_key,
        asked.question_number,
        answers.answer_code

    from answers

    inner join responses
        on
            answers.edition = responses.edition
            and answers.line_number = responses.line_number

    inner join asked
        on
            answers.edition = asked.edition
            and answers.column_name = asked.column_name

    where responses.is_usable

)

select * from final
