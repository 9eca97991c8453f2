/*
Answers of usable responses to the questions that they were asked, and what is derived of them.

Grain: one row per edition × usable response × question, asked or derived. Answers outside their
route stay in int_patterns_reported; nothing counts them. A derived answer is imputed where one of
those that it follows from is. Rows are stored in the order of their key within an edition, so that
the release copies them as they are.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

patterns as (

    select * from {{ ref('int_patterns_completed') }}
    where replicate in (-1, 0)

),

bases as (

    select * from {{ ref('int_response_bases') }}
    where replicate in (-1, 0)

),

responses as (

    select * from {{ ref('int_responses_usable') }}

),

codes as (

    select * from {{ ref('int_pattern_codes') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

answers_imputed as (

    select * from {{ ref('int_answers_imputed') }}

),

derived as (

    select * from {{ ref('int_questions_derived') }}

),

imputed as (

    select
        answers_imputed.edition,
        answers_imputed.line_number,
        answers_imputed.question_number,
        answers_imputed.imputation_level,
        donors.response_key as donor_response_key

    from answers_imputed

    inner join responses as donors
        on
            answers_imputed.edition = donors.edition
            and answers_imputed.donor_line_number = donors.line_number

    union all

    select distinct
        answers_imputed.edition,
        answers_imputed.line_number,
        derived.question_number,
        null as imputation_level,
        null as donor_response_key

    from answers_imputed

    inner join derived
        on
            answers_imputed.edition = derived.edition
            and answers_imputed.question_number = derived.input_question_number

),

answers as (

    select
        patterns.edition,
        patterns.line_number,
        responses.response_key,
        codes.question_number,
        question_bases.question_id,
        question_bases.is_derived,
        codes.answer_code

    from patterns

    inner join responses
        on
            patterns.edition = responses.edition
            and patterns.line_number = responses.line_number

    inner join bases
        on
            patterns.edition = bases.edition
            and patterns.line_number = bases.line_number

    inner join codes
        on
            patterns.edition = codes.edition
            and patterns.block_number = codes.block_number
            and patterns.pattern = codes.pattern

    inner join question_bases
        on
            codes.edition = question_bases.edition
            and codes.question_number = question_bases.question_number
            and (bases.base_bits & question_bases.base_bit) > 0

),

final as (

    select
        answers.edition,
        answers.response_key,
        answers.question_id,
        answers.is_derived,
        answers.answer_code::utinyint as answer_code,
        case
            when imputed.edition is null and not answers.is_derived then answers.answer_code
        end::utinyint
            as reported_answer_code,
        imputed.edition is not null as is_imputed,
        imputed.donor_response_key,
        imputed.imputation_level

    from answers

    left join imputed
        on
            answers.edition = imputed.edition
            and answers.line_number = imputed.line_number
            and answers.question_number = imputed.question_number

    order by answers.edition, answers.response_key, answers.question_id

)

select * from final
