/*
Questionnaires received, typed, without their answers (those are in raw_answers).

Grain: one row per edition × questionnaire received.
Enterprise numbers leave as a keyed pseudonym of the enterprise invited, its line in the
sample, and whether the respondent filled in that number; the response as a pseudonymous key.
*/
-- depends_on: {{ ref('chk_input_findings') }}
with

raw_responses as (

    select * from {{ ref('raw_responses') }}

),

raw_sample as (

    select * from {{ ref('raw_sample') }}

),

editions as (

    select * from {{ ref('editions') }}

),

final as (

    select
        raw_responses.edition,
        raw_responses.file_name,
        raw_responses.line_number,
        raw_responses.response_id,
        pseudonym(
            raw_responses.edition || '|' || raw_responses.response_id, editions.status
        ) as response_key,
        pseudonym(raw_responses.invited_enterprise_number, editions.status)
            as enterprise_key,
        raw_sample.line_number as sample_line_number,
        coalesce(
            raw_responses.enterprise_number = raw_responses.invited_enterprise_number, false
        ) as is_own_number,
        try_cast(raw_responses.submitted_at as timestamp) as submitted_at,
        raw_responses.response_channel

    from raw_responses

    inner join editions
        on raw_responses.edition = editions.edition

    left join raw_sample
        on
            raw_responses.edition = raw_sample.edition
            and raw_responses.invited_enterprise_number = raw_sample.enterprise_number

)

select * from final
