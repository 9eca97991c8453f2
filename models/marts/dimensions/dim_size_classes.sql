/*
Size classes of the survey.

Grain: one row per size class.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
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

)

select * from final
