/*
Usable responses, with what the hot deck needs to know of them.

Grain: one row per edition × usable response.
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
        responses.response_key,
        responses.response_id,
        responses.stratum_number,
        strata.size_class_sort_order as size_class_number

    from responses

    inner join strata
        on
            responses.edition = strata.edition
            and responses.stratum_number = strata.stratum_number

    where responses.is_usable

)

select * from final
