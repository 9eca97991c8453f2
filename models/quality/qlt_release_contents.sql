/*
What a release consists of: the marts that the exposure `release` declares.

Grain: one row per mart.
*/
-- depends_on: {{ ref('qlt_test_results') }}
with

final as (

    select
        unnest({{ released_marts() }})::varchar as mart_name,
        '{{ invocation_id }}' as invocation_id

)

select * from final
order by mart_name
