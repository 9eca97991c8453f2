/*
Where the report prints each indicator.

Grain: one row per indicator × base × table, figure or text.
*/
with

indicators as (

    select * from {{ ref('indicators') }}

),

final as (

    select distinct
        indicator_id,
        base_id,
        question_id,
        unnest(string_split(source, '|')) as exhibit

    from indicators

)

select * from final
