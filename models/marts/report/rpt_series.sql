/*
Each indicator through the editions, those of which only print exists among them.

Grain: one row per edition × indicator × base, of all enterprises. The method is in
macros/series.sql.
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

    {{ series('estimates', 'changes') | indent(4) }}

)

select * from final
