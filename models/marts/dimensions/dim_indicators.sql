/*
Indicators: what an estimate is the percentage of.

Grain: one row per indicator.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

indicators as (

    select * from {{ ref('indicators') }}

),

topics as (

    select * from {{ ref('indicator_topics') }}

),

final as (

    select
        indicators.indicator_id,
        any_value(topics.topic_id) as topic_id,
        any_value(indicators.question_id) as question_id,
        any_value(indicators.hit_codes) as hit_codes,
        any_value(indicators.answer_values) as answer_values,
        min(indicators.eurostat_code) as eurostat_code,
        string_agg(indicators.base_id, '|' order by indicators.base_id)
        filter (where indicators.eurostat_code is not null) as eurostat_base_ids,
        any_value(indicators.label_nl) as label_nl,
        any_value(indicators.label_en) as label_en,
        any_value(indicators.sort_order) as sort_order

    from indicators

    left join topics
        on indicators.indicator_id = topics.indicator_id

    group by indicators.indicator_id

)

select * from final
