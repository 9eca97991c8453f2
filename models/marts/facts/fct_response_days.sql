/*
How many questionnaires came in on each day of the fieldwork.

Grain: one row per edition × day × channel × contact step. Counts of everybody, of enterprises in
scope: over an edition they sum to the responses received.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

arrivals as (

    select * from {{ ref('int_arrival_counts') }}

),

final as (

    select
        edition,
        response_date,
        response_channel,
        contact_step_id,
        response_count,
        usable_count

    from arrivals

)

select * from final
