/*
One big table, as everybody may see it.

Grain: one row per edition × indicator × base × domain × category, as rpt_estimates_wide has them;
numbers are those of pub_estimates and pub_changes.
*/
with

estimates as (

    select * from {{ ref('pub_estimates') }}

),

changes as (

    select * from {{ ref('pub_changes') }}

),

final as (

    {{ estimates_wide('estimates', 'changes') | indent(4) }}

)

select * from final
