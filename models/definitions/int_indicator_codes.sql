/*
The codes that each indicator counts, and what each counts for.

Grain: one row per indicator × base × hit code. A set, as in int_codes_offered. A hit counts 1,
and the indicator is a share, unless the seed gives its codes values; a code that is not
listed counts 0.
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
        answer_values is null as is_share,
        unnest(string_split(hit_codes, '|')) as code,
        unnest(coalesce(string_split(answer_values, '|'), [null])) as value

    from indicators

),

final as (

    select distinct
        indicator_id,
        base_id,
        question_id,
        is_share,
        try_cast(code as utinyint) as answer_code,
        if(is_share, 1, try_cast(value as integer)) as answer_value

    from listed

)

select * from final
