-- What is worked out of a block's answers as one whole number can be: the slots of its questions
-- fit in 63 bits, a derived question has all its inputs in one block, and one that is a pattern
-- of them no more than a code can distinguish from no answer.
with

slots as (

    select * from {{ ref('int_question_slots') }}

),

derived as (

    select * from {{ ref('int_questions_derived') }}

),

inputs as (

    select
        derived.edition,
        derived.question_id,
        derived.operation,
        count(*) as input_count,
        count(distinct slots.block_number) as block_count
    from derived
    inner join slots
        on
            derived.edition = slots.edition
            and derived.input_question_number = slots.question_number
    group by all

)

select
    'seeds/reference/questions.csv, edition ' || edition || ', block ' || block_id
    || ': found answer codes of ' || sum(bit_count(slot_mask)) || ' bits; expected 63 or fewer, '
    || 'as in a block of 31 questions of codes 1 and 2' as message
from slots
group by edition, block_id
having sum(bit_count(slot_mask)) > 63

union all

select
    'seeds/reference/derived_questions.csv, question ' || question_id
    || ', column input_question_ids: found questions of ' || block_count || ' blocks in edition '
    || edition || '; expected questions of one block' as message
from inputs
where block_count > 1

union all

select
    'seeds/reference/derived_questions.csv, question ' || question_id
    || ', column input_question_ids: found ' || input_count || ' questions in a pattern in edition '
    || edition || '; expected at most 7' as message
from inputs
where
    operation = 'pattern'
    and input_count > 7
