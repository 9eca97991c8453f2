/*
Quality measures as everybody may see them: as the quality report prints them.

Grain: one row per edition × SIMS concept × measure × domain × category, as rpt_quality has
them.
*/
with

final as (

    select
        edition,
        concept_code,
        concept_sort_order,
        concept_label_nl,
        concept_label_en,
        measure_id,
        measure_sort_order,
        measure_label_nl,
        measure_label_en,
        domain,
        category,
        category_sort_order,
        category_label_nl,
        category_label_en,
        case unit
            when 'percent' then round(value, 1)
            when 'ratio' then round(value, 2)
            else value
        end as value,
        unit,
        text_nl,
        text_en

    from {{ ref('rpt_quality') }}

)

select * from final
