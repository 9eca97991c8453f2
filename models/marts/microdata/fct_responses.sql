/*
Usable responses with their stratum, their weight and how they came in.

Grain: one row per edition × usable response.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

responses as (

    select * from {{ ref('int_responses_usable') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

steps as (

    select * from {{ ref('int_response_steps') }}

),

final as (

    select
        responses.edition,
        responses.response_key,
        responses.enterprise_key,
        strata.stratum_id,
        strata.final_weight,
        responses.response_channel,
        responses.response_wave,
        responses.contact_type,
        steps.contact_step_id,
        responses.edition || '|' || strata.stratum_id as edition_stratum_id

    from responses

    inner join strata
        on
            responses.edition = strata.edition
            and responses.stratum_number = strata.stratum_number

    left join steps
        on
            responses.edition = steps.edition
            and responses.line_number = steps.line_number

)

select * from final
