/*
What each question asks for in each edition, as text that can be compared.

Grain: one row per edition × question, asked or derived. An asked question is its id and its
codes; a derived one is its rule and the definitions of its inputs. Two editions put the same
question when the texts are equal; the wording, which changes more than its meaning, is not
part of it. Codes are a set, in ascending order here, and so are inputs, in that of their ids;
the inputs of a pattern are a sequence.
*/
with

derived as (

    select * from {{ ref('int_questions_derived') }}

),

offered as (

    select * from {{ ref('int_codes_offered') }}

),

hit_codes as (

    select
        question_id,
        string_agg(answer_code, '|' order by answer_code) as hit_codes

    from {{ ref('int_derived_codes') }}

    group by question_id

),

asked_definitions as (

    select
        edition,
        question_id,
        question_number,
        question_id || ' [' || string_agg(answer_code, '|' order by answer_code) || ']'
            as definition

    from offered

    group by edition, question_id, question_number

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
        || coalesce(' of ' || any_value(hit_codes.hit_codes), '')
        || coalesce(' up to ' || any_value(derived.max_code), '') || ' over '
        || string_agg(
            inputs.definition, ', '
            order by
                if(derived.operation = 'pattern', derived.input_position, 0),
                inputs.question_id
        ) as definition

    from derived

    inner join asked_definitions as inputs
        on
            derived.edition = inputs.edition
            and derived.input_question_number = inputs.question_number

    left join hit_codes
        on derived.question_id = hit_codes.question_id

    group by derived.edition, derived.question_id, derived.question_number

)

select * from final
