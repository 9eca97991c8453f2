/*
Every question, asked or derived, with its small integer in answers.

Grain: one row per question. Numbers follow the alphabet of the question ids, so that
they change when the list of questions does; nothing outside one build relies on them.
*/
with

questions as (

    select * from {{ ref('questions') }}

),

derived_questions as (

    select * from {{ ref('derived_questions') }}

),

all_questions as (

    select question_id from questions
    union
    select question_id from derived_questions

),

final as (

    select
        question_id,
        row_number() over (order by question_id)::smallint as question_number

    from all_questions

)

select * from final
