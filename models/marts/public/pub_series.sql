/*
Each indicator through the editions, as everybody may see it.

Grain: one row per edition × indicator × base, of all enterprises, as rpt_series has them; numbers
are those of pub_estimates, or of print.
*/
with

estimates as (

    select * from {{ ref('pub_estimates') }}

),

changes as (

    select * from {{ ref('pub_changes') }}

),

final as (

    {{ series('estimates', 'changes') | indent(4) }}

)

select * from final
