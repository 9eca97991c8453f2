/*
Indicators: what an estimate is the percentage of.

Grain: one row per indicator.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

indicators as (

    select * from {{ ref('indicators') }}

),

final as (

    select
        indicator_id,
        any_value(question_id) as question_id,
        any_value(hit_codes) as hit_codes,
        min(eurostat_code) as eurostat_code,
        any_value(label_nl) as label_nl,
        any_value(label_en) as label_en,
        any_value(sort_order) as sort_order

    from indicators

    group by indicator_id

)

select * from final
