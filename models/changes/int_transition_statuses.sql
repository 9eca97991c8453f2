/*
Whether each transition is reliable.

Grain: one row per cell × cell of an earlier edition × whether the enterprise had the indicator
before.
Method: macros/reliability.sql, by the seed `reliability_rules`; a rule about the part of
imputation in the variance, which a transition does not have, fails.
*/
with

transitions as (

    select * from {{ ref('int_transitions') }}

),

rules as (

    select * from {{ ref('reliability_rules') }}

),

measures as (

    {{ reliability_measures('transitions', ['cell_id', 'previous_cell_id', 'had_it'])
        | indent(4) }}

),

final as (

    {{ reliability_statuses('measures', 'rules', ['cell_id', 'previous_cell_id', 'had_it'])
        | indent(4) }}

)

select * from final
