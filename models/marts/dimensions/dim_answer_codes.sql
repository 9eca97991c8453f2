/*
Answer codes: what a respondent said with a code.

Grain: one row per question × answer code. Every question that an edition asked has its codes;
of the derived ones those have them whose codes have words.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

answer_codes as (

    select * from {{ ref('answer_codes') }}

),

questions as (

    select * from {{ ref('dim_questions') }}

),

final as (

    select
        answer_codes.question_id,
        answer_codes.answer_code,
        answer_codes.label_nl,
        answer_codes.label_en,
        answer_codes.answer_code::smallint as sort_order

    from answer_codes

    inner join questions
        on answer_codes.question_id = questions.question_id

)

select * from final
