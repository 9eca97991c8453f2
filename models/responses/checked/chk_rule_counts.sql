/*
The input checks, and how much each of them found.

Grain: one row per rule of the seed validation_rules.
*/
with

rules as (

    select * from {{ ref('validation_rules') }}

),

results as (

    select * from {{ ref('chk_input_findings') }}

),

final as (

    select
        rules.rule_id,
        rules.sort_order,
        rules.level,
        rules.severity,
        rules.rule_type,
        rules.message,
        rules.expected,
        rules.justification,
        count(results.rule_id)::integer as finding_count

    from rules

    left join results
        on rules.rule_id = results.rule_id

    group by all

)

select * from final
