/*
Usable responses with their stratum.

Grain: one row per edition × usable response. Inside the warehouse a response is known by its
line in the raw file; its keys are for the marts.
*/
with

responses as (

    select * from {{ ref('int_responses_classified') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

final as (

    select
        responses.edition,
        responses.line_number,
        responses.response_key,
        responses.enterprise_key,
        responses.response_id,
        responses.response_channel,
        responses.response_wave,
        responses.contact_type,
        responses.stratum_number,
        strata.stratum_id,
        strata.size_class_sort_order as size_class_number,
        strata.size_class_code

    from responses

    inner join strata
        on
            responses.edition = strata.edition
            and responses.stratum_number = strata.stratum_number

    where responses.is_usable

)

select * from final
