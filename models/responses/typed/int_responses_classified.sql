/*
Why each questionnaire is usable or not.

Grain: one row per edition × questionnaire received.
Method (Respons en weging), the first rule that applies:
    1) wrong_enterprise: the number filled in is not the number invited, or the invited
       one was never sampled.
    2) no_ai_question_answered: every question of the AI blocks is empty.
    3) duplicate: another response of the same enterprise is kept. The one kept has the
       most questions answered; then it is the latest; then the smallest response_id.
    4) out_of_scope: the enterprise is outside the scope.
    5) usable.
*/
-- depends_on: {{ ref('chk_input_findings') }}
with

responses as (

    select * from {{ ref('stg_responses') }}

),

answers as (

    select * from {{ ref('raw_answers') }}

),

slots as (

    select * from {{ ref('int_question_slots') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

enterprises as (

    select * from {{ ref('int_enterprises_stratified') }}

),

block_kinds as (

    select distinct
        slots.edition,
        slots.block_number,
        blocks.is_ai_block

    from slots

    inner join blocks
        on slots.block_id = blocks.block_id

),

answered_counts as (

    select
        answers.edition,
        answers.line_number,
        sum(answers.answered_count)::smallint as answered_count,
        bool_or(block_kinds.is_ai_block and answers.answered_count > 0) as answers_ai

    from answers

    inner join block_kinds
        on
            answers.edition = block_kinds.edition
            and answers.block_number = block_kinds.block_number

    group by answers.edition, answers.line_number

),

candidates as (

    select
        responses.edition,
        responses.line_number,
        responses.response_id,
        responses.response_key,
        responses.enterprise_key,
        responses.submitted_at,
        responses.response_channel,
        enterprises.stratum_number,
        enterprises.contact_channel,
        enterprises.contact_type,
        enterprises.response_wave,
        coalesce(answered_counts.answered_count, 0) as answered_count,
        not responses.is_own_number or enterprises.edition is null as is_wrong_enterprise,
        not coalesce(answered_counts.answers_ai, false) as is_empty,
        coalesce(enterprises.is_eligible, true) as is_eligible

    from responses

    left join enterprises
        on
            responses.edition = enterprises.edition
            and responses.sample_line_number = enterprises.line_number

    left join answered_counts
        on
            responses.edition = answered_counts.edition
            and responses.line_number = answered_counts.line_number

),

ranked as (

    select
        *,
        row_number() over (
            partition by edition, enterprise_key, is_wrong_enterprise, is_empty
            order by answered_count desc, submitted_at desc, response_id asc
        ) as rank_in_enterprise

    from candidates

),

judged as (

    select
        *,
        case
            when is_wrong_enterprise then 'wrong_enterprise'
            when is_empty then 'no_ai_question_answered'
            when rank_in_enterprise > 1 then 'duplicate'
            when not is_eligible then 'out_of_scope'
            else 'usable'
        end as response_status

    from ranked

),

final as (

    select
        edition,
        line_number,
        response_id,
        response_key,
        enterprise_key,
        stratum_number,
        contact_channel,
        contact_type,
        submitted_at,
        response_channel,
        response_wave,
        answered_count,
        is_eligible,
        response_status,
        response_status = 'usable' as is_usable

    from judged

)

select * from final
