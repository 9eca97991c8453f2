-- An indicator has one code of Eurostat, on some of its bases or on all: dim_indicators has a row
-- an indicator.
with

indicators as (

    select * from {{ ref('indicators') }}

),

final as (

    select
        'seeds/reference/indicators.csv, indicator ' || indicator_id
        || ', column eurostat_code: found ' || count(distinct eurostat_code)
        || ' codes; expected one, on each base that has it' as message

    from indicators

    group by indicator_id

    having count(distinct eurostat_code) > 1

)

select * from final
