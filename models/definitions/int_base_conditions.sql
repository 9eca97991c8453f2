/*
What defines each base, one condition a row.

Grain: one row per base × condition; a base that holds everybody has one row without
a question.
*/
with

bases as (

    select * from {{ ref('bases') }}

),

numbered as (

    select * from {{ ref('int_questions_numbered') }}

),

conditions as (

    select
        base_id,
        (1 << (sort_order - 1))::integer as base_bit,
        coalesce(len(string_split(question_ids, '|')), 0)::smallint as condition_count,
        unnest(coalesce(string_split(question_ids, '|'), [null])) as question_id,
        unnest(coalesce(string_split(answer_codes, '|'), [null]))::utinyint
            as answer_code

    from bases

),

final as (

    select
        conditions.base_id,
        conditions.base_bit,
        conditions.condition_count,
        numbered.question_number,
        conditions.answer_code

    from conditions

    left join numbered
        on conditions.question_id = numbered.question_id

)

select * from final
