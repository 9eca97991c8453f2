/*
Questionnaires received, typed, without their answers (those are in stg_answers).

Grain: one row per edition × questionnaire received.
Enterprise numbers leave as keyed pseudonyms, the response as a pseudonymous key.
*/
-- depends_on: {{ ref('chk_input_findings') }}
with

raw_responses as (

    select * from {{ ref('raw_responses') }}

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
            as invited_enterprise_key,
        pseudonym(raw_responses.enterprise_number, editions.status) as enterprise_key,
        try_cast(raw_responses.submitted_at as timestamp) as submitted_at,
        raw_responses.response_channel

    from raw_responses

    inner join editions
        on raw_responses.edition = editions.edition

)

select * from final
