/*
The codes that each question of an edition offers.

Grain: one row per edition × question asked × code. A set: the order in which the seed lists
them, and a code listed twice, change nothing. A cell that is no number has no code here;
the test codes_refer_to_questions names it.
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

listed as (

    select
        edition,
        question_id,
        question_number,
        unnest(string_split(answer_codes, '|')) as code

    from asked

),

final as (

    select distinct
        edition,
        question_id,
        question_number,
        try_cast(code as utinyint) as answer_code

    from listed

)

select * from final
