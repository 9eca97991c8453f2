/*
Reported answers and, beside them, those that the hot deck filled in.

Grain: one row per edition × usable response × question with an answer.
*/
with

reported as (

    select * from {{ ref('int_answers_coded') }}

),

donated as (

    select * from {{ ref('int_answers_imputed') }}

),

final as (

    select
        edition,
        response_key,
        question_number,
        answer_code,
        answer_code as reported_answer_code,
        false as is_imputed,
        null::bigint as donor_response_key,
        null::tinyint as imputation_level

    from reported

    union all

    select
        edition,
        response_key,
        question_number,
        answer_code,
        null::utinyint as reported_answer_code,
        true as is_imputed,
        donor_response_key,
        imputation_level

    from donated

)

select * from final
