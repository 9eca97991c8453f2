/*
Every imputed answer: who lacked what, who donated it, and from which class.

Grain: one row per edition × recipient × question imputed.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

imputed as (

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

donor_uses as (

    select
        edition,
        block_number,
        donor_line_number,
        count(distinct line_number)::integer as donor_use_count

    from imputed

    group by edition, block_number, donor_line_number

),

final as (

    select
        imputed.edition,
        recipients.response_key,
        asked.question_id,
        asked.block_id,
        imputed.answer_code,
        donors.response_key as donor_response_key,
        imputed.imputation_level,
        case imputed.imputation_level
            when 1 then recipients.stratum_id
            when 2 then recipients.size_class_code
            else blocks.base_id
        end || coalesce(', ' || blocks.class_question_id || ' ' || imputed.class_code, '')
            as imputation_class,
        imputed.donor_distance,
        donor_uses.donor_use_count

    from imputed

    inner join asked
        on
            imputed.edition = asked.edition
            and imputed.question_number = asked.question_number

    inner join blocks
        on asked.block_id = blocks.block_id

    inner join responses as recipients
        on
            imputed.edition = recipients.edition
            and imputed.line_number = recipients.line_number

    inner join responses as donors
        on
            imputed.edition = donors.edition
            and imputed.donor_line_number = donors.line_number

    inner join donor_uses
        on
            imputed.edition = donor_uses.edition
            and imputed.block_number = donor_uses.block_number
            and imputed.donor_line_number = donor_uses.donor_line_number

)

select * from final
