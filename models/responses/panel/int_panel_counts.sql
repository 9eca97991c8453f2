/*
How many enterprises answered in both editions of a pair, by the stratum that they were in.

Grain: one row per pair of editions × stratum in the earlier × stratum in the later.
*/
with

final as (

    select
        previous_edition,
        edition,
        previous_stratum_id,
        stratum_id,
        count(*)::integer as panel_count

    from {{ ref('int_panel_members') }}

    group by previous_edition, edition, previous_stratum_id, stratum_id

)

select * from final
