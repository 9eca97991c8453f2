/*
How long after the period that they are about the numbers were out.

Grain: one row per edition × measure × domain × category. A date is in the text, and so is what
is said where a day, and the time that follows from it, is not known.
*/
with

editions as (

    select * from {{ ref('dim_editions') }}

),

terms as (

    select * from {{ ref('report_terms') }}
    where term_id = 'not_known'

),

dated as (

    select
        edition,
        'reference_period_end' as measure_id,
        reference_period_end as day,
        null::double as value

    from editions

    union all

    select
        edition,
        'publication_date' as measure_id,
        publication_date as day,
        null::double as value

    from editions

    union all

    select
        edition,
        'time_lag_days' as measure_id,
        null::date as day,
        (publication_date - reference_period_end)::double as value

    from editions

),

final as (

    select
        dated.edition,
        dated.measure_id,
        'total' as domain,
        'total' as category,
        dated.value,
        if(dated.value is null, coalesce(dated.day::varchar, terms.label_nl), null) as text_nl,
        if(dated.value is null, coalesce(dated.day::varchar, terms.label_en), null) as text_en

    from dated

    cross join terms

)

select * from final
