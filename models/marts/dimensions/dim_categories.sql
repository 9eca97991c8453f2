/*
Categories: the parts of the population that estimates and changes are of.

Grain: one row per category, all enterprises among them: what facts have in their column
`category`, whatever the domain.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

terms as (

    select * from {{ ref('report_terms') }}

),

sectors as (

    select * from {{ ref('dim_sectors') }}

),

size_classes as (

    select * from {{ ref('dim_size_classes') }}

),

final as (

    select
        'total' as category,
        'total' as domain,
        label_nl,
        label_en,
        0::smallint as sort_order

    from terms

    where term_id = 'total'

    union all

    select
        size_class_code as category,
        'size' as domain,
        label_nl,
        label_en,
        sort_order

    from size_classes

    union all

    select
        sector_code as category,
        'sector' as domain,
        label_nl,
        label_en,
        sort_order

    from sectors

)

select * from final
