-- Two questions whose answers are counted together belong to one block: answers are packed by
-- block, and those to different blocks are never brought together. A pair of two blocks would
-- get a standard error without its covariance: leave it out of what asks for it.
with

blocks as (

    select distinct
        edition,
        question_number,
        block_number

    from {{ ref('int_pattern_codes') }}

),

questions as (

    select * from {{ ref('int_questions_numbered') }}

)

select
    'edition ' || pairs.edition || ': found a difference of estimates of the questions '
    || one.question_id || ' and ' || other.question_id || '; expected two of one block' as message
from {{ ref('int_question_pairs') }} as pairs
inner join blocks
    on
        pairs.edition = blocks.edition
        and pairs.question_number = blocks.question_number
inner join blocks as other_blocks
    on
        pairs.edition = other_blocks.edition
        and pairs.other_question_number = other_blocks.question_number
inner join questions as one
    on pairs.question_number = one.question_number
inner join questions as other
    on pairs.other_question_number = other.question_number
where blocks.block_number != other_blocks.block_number
