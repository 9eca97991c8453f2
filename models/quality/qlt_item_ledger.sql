/*
The ledger of item non-response: what became of each question in each usable response.

Grain: one row per edition × question asked.
    usable = asked + routed out
    asked  = reported + imputed at each level + missing
An answer given outside the route counts as routed out; reported_outside_count says how many
of those there are. missing_count must be 0.
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

responses as (

    select * from {{ ref('int_response_bases') }}

),

answers as (

    select * from {{ ref('int_answers_routed') }}

),

cells as (

    select
        asked.edition,
        asked.question_id,
        asked.block_id,
        (responses.base_bits & question_bases.base_bit) > 0 as is_asked,
        answers.is_imputed,
        answers.imputation_level

    from asked

    inner join question_bases
        on
            asked.edition = question_bases.edition
            and asked.question_number = question_bases.question_number

    inner join responses
        on asked.edition = responses.edition

    left join answers
        on
            responses.edition = answers.edition
            and responses.response_key = answers.response_key
            and asked.question_number = answers.question_number

),

final as (

    select
        edition,
        question_id,
        block_id,
        count(*)::integer as usable_count,
        count_if(not is_asked)::integer as routed_out_count,
        count_if(not is_asked and is_imputed is not null)::integer
            as reported_outside_count,
        count_if(is_asked)::integer as asked_count,
        count_if(is_asked and not is_imputed)::integer as reported_count,
        count_if(is_asked and imputation_level = 1)::integer as imputed_level_1_count,
        count_if(is_asked and imputation_level = 2)::integer as imputed_level_2_count,
        count_if(is_asked and imputation_level = 3)::integer as imputed_level_3_count,
        count_if(is_asked and is_imputed is null)::integer as missing_count

    from cells

    group by edition, question_id, block_id

)

select * from final
