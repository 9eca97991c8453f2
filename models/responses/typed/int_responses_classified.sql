/*
Why each questionnaire is usable or not.

Grain: one row per edition × questionnaire received.
Method (Respons en weging), the first rule that applies:
    1) wrong_enterprise: the number filled in is not the number invited, or the invited
       one was never sampled.
    2) no_ai_question_answered: every question of the AI blocks is empty.
    3) duplicate: another response of the same enterprise stands. The one that stands
       has the most questions answered; then it is the latest; then the smallest
       response_id.
    4) out_of_scope: the enterprise is outside the scope.
    5) usable.
*/
with

responses as (

    select * from {{ ref('stg_responses') }}

),

answers as (

    select * from {{ ref('stg_answers') }}

),

asked as (

    select * from {{ ref('int_questions_asked') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

enterprises as (

    select * from {{ ref('int_enterprises_stratified') }}

),

answered_counts as (

    select
        answers.edition,
        answers.line_number,
        count(*)::smallint as answered_count,
        count_if(blocks.is_ai_block)::smallint as answered_ai_count

    from answers

    inner join asked
        on
            answers.edition = asked.edition
            and answers.column_name = asked.column_name

    inner join blocks
        on asked.block_id = blocks.block_id

    group by all

),

candidates as (

    select
        responses.edition,
        responses.line_number,
        responses.response_id,
        responses.response_key,
        responses.invited_enterprise_key as enterprise_key,
        responses.submitted_at,
        responses.response_channel,
        enterprises.stratum_number,
        coalesce(answered_counts.answered_count, 0) as answered_count,
        not coalesce(responses.enterprise_key = enterprises.enterprise_key, false)
            as is_wrong_enterprise,
        coalesce(answered_counts.answered_ai_count, 0) = 0 as is_empty,
        coalesce(enterprises.is_eligible, true) as is_eligible

    from responses

    left join enterprises
        on
            responses.edition = enterprises.edition
            and responses.invited_enterprise_key = enterprises.enterprise_key

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

final as (

    select
        edition,
        line_number,
        response_id,
        response_key,
        enterprise_key,
        stratum_number,
        submitted_at,
        response_channel,
        answered_count,
        is_eligible,
        case
            when is_wrong_enterprise then 'wrong_enterprise'
            when is_empty then 'no_ai_question_answered'
            when rank_in_enterprise > 1 then 'duplicate'
            when not is_eligible then 'out_of_scope'
            else 'usable'
        end as response_status,
        response_status = 'usable' as is_usable

    from ranked

)

select * from final
