/*
Size classes of the survey.

Grain: one row per size class, with bounds and labels of the latest edition that has it.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

final as (

    select
        size_class_code,
        employee_count_min,
        employee_count_max,
        label_nl,
        label_en,
        sort_order

    from {{ ref('size_classes') }}

    qualify
        row_number() over (
            partition by size_class_code
            order by last_edition desc nulls first
        ) = 1

)

select * from final
