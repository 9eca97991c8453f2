/*
How many printed percentages few sets of answers explain, and what is withheld.

Grain: one row per edition × measure × domain × category.
*/
with

disclosure as (

    select * from {{ ref('int_disclosure_risks') }}

),

estimates as (

    select * from {{ ref('fct_estimates') }}

),

cells as (

    select
        edition,
        domain,
        category,
        count(*)::double as printed_cell_count,
        count_if(is_explained_by_few)::double as few_solutions_count,
        min(least(cell_solution_count, row_solution_count))::double as fewest_solutions_count

    from disclosure

    group by edition, domain, category

),

totals as (

    select
        edition,
        'total' as domain,
        'total' as category,
        sum(printed_cell_count) as printed_cell_total,
        sum(few_solutions_count) as few_solutions_total

    from cells

    group by edition

),

withheld as (

    select
        edition,
        'total' as domain,
        'total' as category,
        count_if(conf_status != 'F')::double as withheld_count

    from estimates

    group by edition

),

final as (

    select *

    from cells

    unpivot (
        value for measure_id in (
            printed_cell_count, few_solutions_count, fewest_solutions_count
        )
    )

    union all by name

    select *

    from totals

    unpivot (value for measure_id in (printed_cell_total, few_solutions_total))

    union all by name

    select *

    from withheld

    unpivot (value for measure_id in (withheld_count))

)

select * from final
