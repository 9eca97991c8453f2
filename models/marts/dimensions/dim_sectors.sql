/*
Sector groups of the survey.

Grain: one row per sector.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

final as (

    select
        sector_code,
        nace_sections,
        label_nl,
        label_en,
        sort_order

    from {{ ref('sectors') }}

)

select * from final
