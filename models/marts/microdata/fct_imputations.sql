/*
Every imputed answer: who lacked what, who donated it, and from which class.

Grain: one row per edition × recipient × question imputed.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

donated as (

    select * from {{ ref('int_answers_imputed') }}

),

asked as (

    select * from {{ ref('int_questions_asked') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

responses as (

    select * from {{ ref('int_responses_usable') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

questions as (

    select * from {{ ref('int_questions_numbered') }}

),

derived as (

    select * from {{ ref('int_answers_derived') }}

),

donor_uses as (

    select
        donated.edition,
        asked.block_id,
        donated.donor_response_key,
        count(distinct donated.response_key)::integer as donor_use_count

    from donated

    inner join asked
        on
            donated.edition = asked.edition
            and donated.question_number = asked.question_number

    group by donated.edition, asked.block_id, donated.donor_response_key

),

final as (

    select
        donated.edition,
        donated.response_key,
        asked.question_id,
        asked.block_id,
        donated.answer_code,
        donated.donor_response_key,
        donated.imputation_level,
        case donated.imputation_level
            when 1 then strata.stratum_id
            when 2 then strata.size_class_code
            else blocks.base_id
        end || coalesce(
            ', ' || blocks.class_question_id || ' ' || class_answers.answer_code, ''
        ) as imputation_class,
        donor_uses.donor_use_count

    from donated

    inner join asked
        on
            donated.edition = asked.edition
            and donated.question_number = asked.question_number

    inner join blocks
        on asked.block_id = blocks.block_id

    inner join responses
        on
            donated.edition = responses.edition
            and donated.response_key = responses.response_key

    inner join strata
        on
            responses.edition = strata.edition
            and responses.stratum_number = strata.stratum_number

    inner join donor_uses
        on
            donated.edition = donor_uses.edition
            and asked.block_id = donor_uses.block_id
            and donated.donor_response_key = donor_uses.donor_response_key

    left join questions
        on blocks.class_question_id = questions.question_id

    left join derived as class_answers
        on
            donated.edition = class_answers.edition
            and donated.response_key = class_answers.response_key
            and questions.question_number = class_answers.question_number

)

select * from final
