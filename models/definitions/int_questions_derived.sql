/*
The inputs of each derived question, by edition.

Grain: one row per edition × derived question × input question. A derived question over
a block takes all questions of that block in the edition, however many they are; one
with a named input that the edition did not ask does not exist in that edition.
*/
with

derived_questions as (

    select * from {{ ref('derived_questions') }}

),

named as (

    select * from {{ ref('int_derived_inputs') }}

),

asked as (

    select * from {{ ref('int_questions_asked') }}

),

numbered as (

    select * from {{ ref('int_questions_numbered') }}

),

inputs as (

    select
        asked.edition,
        derived_questions.question_id,
        asked.question_number as input_question_number,
        row_number() over (
            partition by asked.edition, derived_questions.question_id
            order by asked.sort_order, asked.question_id
        ) - 1 as input_position

    from derived_questions

    inner join asked
        on derived_questions.input_block_id = asked.block_id

    union all

    select
        asked.edition,
        named.question_id,
        asked.question_number as input_question_number,
        named.input_position

    from named

    inner join asked
        on named.input_question_id = asked.question_id

    qualify
        named.named_input_count = count(*) over (
            partition by asked.edition, named.question_id
        )

),

final as (

    select
        inputs.edition,
        inputs.question_id,
        numbered.question_number,
        derived_questions.base_id,
        derived_questions.operation,
        derived_questions.max_code,
        inputs.input_question_number,
        inputs.input_position::smallint as input_position

    from inputs

    inner join derived_questions
        on inputs.question_id = derived_questions.question_id

    inner join numbered
        on inputs.question_id = numbered.question_id

)

select * from final
