/*
Questions of the survey, asked or derived.

Grain: one row per question. The wording is that of the latest edition that asked it;
a derived question's label says what it is.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

questions as (

    select * from {{ ref('questions') }}

),

derived_questions as (

    select * from {{ ref('derived_questions') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

asked as (

    select
        questions.question_id,
        questions.block_id,
        questions.base_id,
        false as is_derived,
        questions.question_nl as label_nl,
        questions.question_en as label_en,
        (100 * blocks.sort_order + questions.sort_order)::integer as sort_order

    from questions

    inner join blocks
        on questions.block_id = blocks.block_id

    qualify
        row_number() over (
            partition by questions.question_id
            order by questions.edition desc
        ) = 1

),

derived as (

    select
        question_id,
        input_block_id as block_id,
        base_id,
        true as is_derived,
        label_nl,
        label_en,
        (10000 + sort_order)::integer as sort_order

    from derived_questions

),

final as (

    select * from asked
    union all
    select * from derived

)

select * from final
