/*
When the fieldwork was and what came of it.

Grain: one row per edition × measure × domain × category. A date is in the text.
*/
with

editions as (

    select * from {{ ref('dim_editions') }}

),

fieldwork as (

    select * from {{ ref('fct_fieldwork') }}

),

final as (

    select
        edition,
        'fieldwork_start' as measure_id,
        'total' as domain,
        'total' as category,
        null::double as value,
        fieldwork_start::varchar as text_nl,
        fieldwork_start::varchar as text_en

    from editions

    union all

    select
        edition,
        'fieldwork_end' as measure_id,
        'total' as domain,
        'total' as category,
        null as value,
        fieldwork_end::varchar as text_nl,
        fieldwork_end::varchar as text_en

    from editions

    union all by name

    select
        edition,
        'fieldwork_days' as measure_id,
        'total' as domain,
        'total' as category,
        (1 + fieldwork_end - fieldwork_start)::double as value

    from editions

    union all by name

    select
        edition,
        'fieldwork_count' as measure_id,
        'fieldwork' as domain,
        indicator_id as category,
        value

    from fieldwork

    where unit = 'count'

)

select * from final
