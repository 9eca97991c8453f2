/*
What defines each base, one condition a row.

Grain: one row per base × condition; a base that holds everybody has one row without
a question. The bit of a base is its place in the alphabet of the base ids; nothing outside
one build relies on it.
*/
with

bases as (

    select * from {{ ref('bases') }}

),

numbered as (

    select * from {{ ref('int_questions_numbered') }}

),

listed as (

    select
        base_id,
        (1 << (row_number() over (order by base_id) - 1))::integer as base_bit,
        string_split(question_ids, '|') as question_ids,
        string_split(answer_codes, '|') as answer_codes

    from bases

),

conditions as (

    select
        base_id,
        base_bit,
        coalesce(len(question_ids), 0)::smallint as condition_count,
        unnest(coalesce(question_ids, [null])) as question_id,
        try_cast(unnest(coalesce(answer_codes, [null])) as utinyint) as answer_code

    from listed

),

final as (

    select
        conditions.base_id,
        conditions.base_bit,
        conditions.condition_count,
        conditions.question_id,
        numbered.question_number,
        conditions.answer_code

    from conditions

    left join numbered
        on conditions.question_id = numbered.question_id

)

select * from final
