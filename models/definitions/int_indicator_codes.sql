/*
The codes that each indicator counts.

Grain: one row per indicator × base × hit code. A set, as in int_codes_offered.
*/
with

indicators as (

    select * from {{ ref('indicators') }}

),

listed as (

    select
        indicator_id,
        base_id,
        question_id,
        unnest(string_split(hit_codes, '|')) as code

    from indicators

),

final as (

    select distinct
        indicator_id,
        base_id,
        question_id,
        try_cast(code as utinyint) as answer_code

    from listed

)

select * from final
