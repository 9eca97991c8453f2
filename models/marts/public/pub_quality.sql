/*
Quality measures as everybody may see them: as the quality report prints them.

Grain: one row per edition × SIMS concept × measure × domain × category, as rpt_quality has
them.
*/
with

final as (

    select
        * replace (
            case unit
                when 'percent' then round(value, 1)
                when 'ratio' then round(value, 2)
                else value
            end as value
        )

    from {{ ref('rpt_quality') }}

)

select * from final
