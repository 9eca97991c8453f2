/*
What a reliability rule can judge an estimate by, one measure a row.

Grain: one row per cell × measure, of the editions that the release keeps as well: a change is as
reliable as both of its estimates.
*/
with

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}
    where scope = 'all_sectors'

),

final as (

    {{ reliability_measures('estimates', ['cell_id']) | indent(4) }}

)

select * from final
