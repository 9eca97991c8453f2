/*
The inputs that derived questions name, whatever an edition asks.

Grain: one row per derived question × named input. A sequence: the position of an input is its
bit in a pattern.
*/
with

derived_questions as (

    select * from {{ ref('derived_questions') }}

),

final as (

    select
        question_id,
        unnest(string_split(input_question_ids, '|')) as input_question_id,
        unnest(range(len(string_split(input_question_ids, '|'))))::smallint as input_position,
        len(string_split(input_question_ids, '|'))::smallint as named_input_count

    from derived_questions

)

select * from final
