/*
Where each answer is in the whole number that holds the answers to a block.

Grain: one row per edition × question asked. A block's answers are packed into one whole
number, its pattern: each question has a slot of as many bits as its codes need, at the end
of those before it. A slot holds code + 1, and 0 where there is no answer.
    answer code = ((pattern >> slot_shift) & slot_mask) − 1
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

numbered as (

    select
        block_id,
        row_number() over (order by sort_order, block_id)::smallint as block_number

    from blocks

),

sized as (

    select
        asked.edition,
        asked.question_number,
        asked.column_name,
        asked.answer_codes,
        asked.sort_order,
        asked.block_id,
        numbered.block_number,
        ceil(
            log2(list_max(string_split(asked.answer_codes, '|')::smallint[]) + 2)
        )::integer as slot_width

    from asked

    inner join numbered
        on asked.block_id = numbered.block_id

),

final as (

    select
        edition,
        question_number,
        column_name,
        answer_codes,
        block_id,
        block_number,
        (sum(slot_width) over earlier_slots - slot_width)::integer as slot_shift,
        ((1 << slot_width) - 1)::integer as slot_mask

    from sized

    window
        earlier_slots as (
            partition by edition, block_number
            order by sort_order, question_number
        )

)

select * from final
