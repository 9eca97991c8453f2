/*
The questionnaire of each edition.

Grain: one row per edition × question asked.
*/
with

questions as (

    select * from {{ ref('questions') }}

),

numbered as (

    select * from {{ ref('int_questions_numbered') }}

),

final as (

    select
        questions.edition,
        questions.column_name,
        questions.question_id,
        numbered.question_number,
        questions.block_id,
        questions.base_id,
        questions.answer_codes,
        questions.sort_order

    from questions

    inner join numbered
        on questions.question_id = numbered.question_id

)

select * from final
