-- Who is asked a question is known from what the edition asks: the questions that its
-- base rests on are asked themselves, or derived from questions that are. And questions that are
-- imputed together are put to the same base.
with

asked as (

    select * from {{ ref('questions') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

derived as (

    select * from {{ ref('derived_questions') }}

),

editions as (

    select distinct edition from asked

),

blocks_asked as (

    select distinct
        edition,
        block_id

    from asked

),

inputs as (

    select * from {{ ref('int_derived_inputs') }}

),

underivable as (

    select
        editions.edition,
        inputs.question_id

    from editions

    cross join inputs

    left join asked
        on
            editions.edition = asked.edition
            and inputs.input_question_id = asked.question_id

    where asked.question_id is null

),

known as (

    select
        edition,
        question_id

    from asked

    union

    select
        editions.edition,
        derived.question_id

    from editions

    cross join derived

    left join blocks_asked
        on
            editions.edition = blocks_asked.edition
            and derived.input_block_id = blocks_asked.block_id

    left join underivable
        on
            editions.edition = underivable.edition
            and derived.question_id = underivable.question_id

    where
        underivable.question_id is null
        and (derived.input_block_id is null or blocks_asked.block_id is not null)

),

conditions as (

    select * from {{ ref('int_base_conditions') }}
    where question_id is not null

),

needed as (

    select distinct
        asked.edition,
        asked.block_id,
        'base ' || conditions.base_id as needed_for,
        conditions.question_id

    from asked

    inner join conditions
        on asked.base_id = conditions.base_id

    union

    select
        asked.edition,
        asked.block_id,
        'column class_question_id' as needed_for,
        blocks.class_question_id as question_id

    from asked

    inner join blocks
        on asked.block_id = blocks.block_id

    where blocks.class_question_id is not null

)

select
    'seeds/reference/questions.csv, edition ' || needed.edition || ', block '
    || needed.block_id || ', ' || needed.needed_for || ': found no question '
    || needed.question_id || '; expected it asked, or derived from questions that are'
        as message
from needed
left join known
    on
        needed.edition = known.edition
        and needed.question_id = known.question_id
where known.question_id is null

union all

select
    'seeds/reference/questions.csv, edition ' || asked.edition || ', column '
    || asked.column_name || ', column base_id: found ' || asked.base_id || '; expected '
    || blocks.base_id || ', the base of its block ' || asked.block_id as message
from asked
inner join blocks
    on asked.block_id = blocks.block_id
where asked.base_id != blocks.base_id
