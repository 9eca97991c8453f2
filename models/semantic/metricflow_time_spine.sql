/*
The calendar that MetricFlow asks for, from the first edition's year to the last one's.

Grain: one row per day.
*/
with

editions as (

    select * from {{ ref('editions') }}

),

years as (

    select
        make_date(min(edition), 1, 1) as first_day,
        make_date(max(edition), 12, 31) as last_day

    from editions

),

final as (

    select unnest(range(first_day, last_day + 1, interval 1 day))::date as date_day

    from years

)

select * from final
