/*
The base that each question, asked or derived, belongs to.

Grain: one row per edition × question.
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

derived as (

    select * from {{ ref('int_questions_derived') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

questions as (

    select
        edition,
        question_id,
        question_number,
        base_id,
        answer_codes,
        false as is_derived

    from asked

    union

    select
        edition,
        question_id,
        question_number,
        base_id,
        null as answer_codes,
        true as is_derived

    from derived

),

base_bits as (

    select distinct
        base_id,
        base_bit

    from conditions

),

final as (

    select
        questions.edition,
        questions.question_id,
        questions.question_number,
        questions.is_derived,
        questions.base_id,
        base_bits.base_bit,
        questions.answer_codes

    from questions

    inner join base_bits
        on questions.base_id = base_bits.base_id

)

select * from final
