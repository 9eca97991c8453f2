/*
The families that each indicator belongs to: estimates that come from the same answers.

Grain: one row per edition × indicator × base × block that the answers are of.
*/
with

indicators as (

    select * from {{ ref('indicators') }}

),

question_blocks as (

    select * from {{ ref('int_question_blocks') }}

),

final as (

    select
        question_blocks.edition,
        indicators.indicator_id,
        indicators.base_id,
        question_blocks.block_id

    from indicators

    inner join question_blocks
        on indicators.question_id = question_blocks.question_id

)

select * from final
