/*
The groups that each indicator belongs to: estimates that come from the same answers.

Grain: one row per edition × indicator × base × group.
*/
with

indicators as (

    select * from {{ ref('indicators') }}

),

question_groups as (

    select * from {{ ref('int_question_groups') }}

),

final as (

    select
        question_groups.edition,
        indicators.indicator_id,
        indicators.base_id,
        question_groups.group_id

    from indicators

    inner join question_groups
        on indicators.question_id = question_groups.question_id

)

select * from final
