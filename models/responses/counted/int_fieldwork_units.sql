/*
Sampled enterprises and questionnaires received, counted by what the fieldwork made of them.

Grain: one row per edition × counted unit (enterprise, response) × what is known of it.
*/
with

enterprises as (

    select * from {{ ref('int_enterprises_stratified') }}

),

responses as (

    select * from {{ ref('int_responses_classified') }}

),

final as (

    select
        edition,
        'enterprise' as counted_unit,
        stratum_number,
        contact_channel,
        contact_type,
        delivery_status,
        recontact_status,
        is_reached,
        null::varchar as response_status,
        null::boolean as is_usable,
        is_eligible,
        count(*)::integer as unit_count

    from enterprises

    group by all

    union all

    select
        edition,
        'response' as counted_unit,
        stratum_number,
        contact_channel,
        contact_type,
        null::varchar as delivery_status,
        null::varchar as recontact_status,
        null::boolean as is_reached,
        response_status,
        is_usable,
        is_eligible,
        count(*)::integer as unit_count

    from responses

    group by all

)

select * from final
