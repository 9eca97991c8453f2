/*
Sector groups of the survey.

Grain: one row per sector, as the latest edition that has it names it.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

final as (

    select
        sector_code,
        nace_sections,
        label_nl,
        label_en,
        sort_order

    from {{ ref('sectors') }}

    qualify
        row_number() over (
            partition by sector_code
            order by last_edition desc nulls first
        ) = 1

)

select * from final
