/*
What would be published of each estimate, were nothing withheld.

Grain: one row per cell that is a share.
*/
with

final as (

    select
        cell_id,
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        round(estimate_pct, 1) as printed_pct,
        respondent_count

    from {{ ref('int_estimates_all_sectors') }}

    where is_share

)

select * from final
