/*
Printed numbers beside computed ones as everybody may see them: both as printed.

Grain: one row per row of the seed `published_figures`, as rpt_reconciliation has them.
*/
with

computed as (

    select
        *,
        round(computed, if(unit = 'percent', 1, 0)) as rounded

    from {{ ref('rpt_reconciliation') }}

),

final as (

    select
        edition,
        source,
        indicator_id,
        base_id,
        domain,
        category,
        unit,
        published,
        rounded as computed,
        round(rounded - published, 1) as difference,
        is_reproduced,
        cell_id

    from computed

)

select * from final
