/*
What each question asks for in each edition, as text that can be compared.

Grain: one row per edition × question, asked or derived. An asked question is its id and its
codes; a derived one is its rule and the definitions of its inputs. Two editions put the same
question when the texts are equal; the wording, which changes more than its meaning, is not
part of it.
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

derived as (

    select * from {{ ref('int_questions_derived') }}

),

asked_definitions as (

    select
        edition,
        question_id,
        question_number,
        question_id || ' [' || answer_codes || ']' as definition

    from asked

),

final as (

    select
        edition,
        question_id,
        question_number,
        definition

    from asked_definitions

    union all

    select
        derived.edition,
        derived.question_id,
        derived.question_number,
        any_value(derived.operation)
        || coalesce(' of ' || any_value(derived.hit_codes), '')
        || coalesce(' up to ' || any_value(derived.max_code), '') || ' over '
        || string_agg(inputs.definition, ', ' order by derived.input_position) as definition

    from derived

    inner join asked_definitions as inputs
        on
            derived.edition = inputs.edition
            and derived.input_question_number = inputs.question_number

    group by derived.edition, derived.question_id, derived.question_number

)

select * from final
