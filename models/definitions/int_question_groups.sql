/*
The groups of estimates that a question belongs to: what follows from the same answers.

Grain: one row per edition × question × group. A question that is asked is a group by itself:
its indicators may add up to one another. One that is derived belongs to the blocks of its
inputs, with all that is derived of them: one derived answer may follow from another.
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

blocks as (

    select * from {{ ref('int_question_blocks') }}

),

final as (

    select
        blocks.edition,
        blocks.question_id,
        blocks.question_number,
        if(asked.question_number is null, blocks.block_id, blocks.question_id) as group_id

    from blocks

    left join asked
        on
            blocks.edition = asked.edition
            and blocks.question_number = asked.question_number

)

select * from final
