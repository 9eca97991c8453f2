/*
Whether each estimate is reliable.

Grain: one row per cell. Method: macros/reliability.sql, by the seed `reliability_rules`. What is
confidential is in int_estimates_withheld.
*/
with

measures as (

    select * from {{ ref('int_estimate_measures') }}

),

rules as (

    select * from {{ ref('reliability_rules') }}

),

final as (

    {{ reliability_statuses('measures', 'rules', ['cell_id']) | indent(4) }}

)

select * from final
