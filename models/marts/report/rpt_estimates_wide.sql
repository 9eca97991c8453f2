/*
One big table: every estimate with its labels, its interval and what became of it since the
edition before.

Grain: one row per edition × indicator × base × domain × category. The method is in
macros/estimates_wide.sql.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

estimates as (

    select * from {{ ref('fct_estimates') }}

),

changes as (

    select * from {{ ref('fct_changes') }}

),

final as (

    {{ estimates_wide('estimates', 'changes') | indent(4) }}

)

select * from final
