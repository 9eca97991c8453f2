/*
The codes of its inputs that each derived question counts.

Grain: one row per derived question × hit code. A set, as in int_codes_offered.
*/
with

derived_questions as (

    select * from {{ ref('derived_questions') }}

),

listed as (

    select
        question_id,
        unnest(string_split(hit_codes, '|')) as code

    from derived_questions

),

final as (

    select distinct
        question_id,
        try_cast(code as utinyint) as answer_code

    from listed

)

select * from final
