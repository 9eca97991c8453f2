/*
Fieldwork: from the sample to the usable responses.

Grain: one row per edition × fieldwork count.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

fieldwork as (

    select * from {{ ref('int_fieldwork_counts') }}

),

indicators as (

    select * from {{ ref('fieldwork_indicators') }}

),

final as (

    select
        fieldwork.edition,
        fieldwork.indicator_id,
        fieldwork.value,
        indicators.unit,
        indicators.label_nl,
        indicators.label_en,
        indicators.sort_order

    from fieldwork

    inner join indicators
        on fieldwork.indicator_id = indicators.indicator_id

)

select * from final
