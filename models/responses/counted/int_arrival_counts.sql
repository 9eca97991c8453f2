/*
Questionnaires received, counted by day, channel and what they came in after.

Grain: one row per edition × day × channel × contact step. Of enterprises in scope; the step is
`unknown` where the edition has no mailings in the seed.
*/
with

steps as (

    select * from {{ ref('int_response_steps') }}

),

final as (

    select
        edition,
        response_date,
        response_channel,
        coalesce(contact_step_id, 'unknown') as contact_step_id,
        count(*)::integer as response_count,
        count_if(is_usable)::integer as usable_count

    from steps

    group by all

)

select * from final
