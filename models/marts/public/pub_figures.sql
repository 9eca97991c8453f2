/*
Figures as everybody may see them: percentages as they are printed.

Grain: one row per edition × figure × series × item, as rpt_figures has them.
*/
with

final as (

    select * replace (round(value_pct, 1) as value_pct)

    from {{ ref('rpt_figures') }}

)

select * from final
