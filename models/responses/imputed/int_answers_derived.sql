/*
Answers that follow from other answers by the rules of the seed `derived_questions`.

Grain: one row per edition × usable response × derived question.
Operations:
    count    how many inputs have a hit code, at most max_code
    minimum  the lowest code among the inputs
    pattern  the sum of 2^position over the inputs that have a hit code
*/
with

answers as (

    select * from {{ ref('int_answers_completed') }}

),

derived_questions as (

    select * from {{ ref('int_questions_derived') }}

),

hits as (

    select
        answers.edition,
        answers.response_key,
        derived_questions.question_number,
        derived_questions.operation,
        derived_questions.max_code,
        derived_questions.input_position,
        answers.answer_code,
        coalesce(
            list_contains(
                string_split(derived_questions.hit_codes, '|')::utinyint[],
                answers.answer_code
            ),
            false
        ) as is_hit

    from answers

    inner join derived_questions
        on
            answers.edition = derived_questions.edition
            and answers.question_number = derived_questions.input_question_number

),

final as (

    select
        edition,
        response_key,
        question_number,
        case operation
            when 'count' then least(count_if(is_hit), max_code)
            when 'minimum' then min(answer_code)
            when 'pattern' then sum(if(is_hit, 1 << input_position, 0))
        end::utinyint as answer_code

    from hits

    group by edition, response_key, question_number, operation, max_code

)

select * from final
