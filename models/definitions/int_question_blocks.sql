/*
The blocks whose answers each question follows from.

Grain: one row per edition × question × block: one block for a question that is asked, those
of its inputs for a derived one.
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

derived as (

    select * from {{ ref('int_questions_derived') }}

),

final as (

    select
        edition,
        question_id,
        question_number,
        block_id

    from asked

    union

    select
        derived.edition,
        derived.question_id,
        derived.question_number,
        inputs.block_id

    from derived

    inner join asked as inputs
        on
            derived.edition = inputs.edition
            and derived.input_question_number = inputs.question_number

)

select * from final
