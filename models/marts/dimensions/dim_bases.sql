/*
Bases: the enterprises that an estimate describes.

Grain: one row per base.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

final as (

    select
        base_id,
        label_nl,
        label_en,
        description_nl,
        description_en,
        question_ids,
        answer_codes,
        sort_order

    from {{ ref('bases') }}

)

select * from final
