/*
Sampled enterprises, counted by the group of their NACE code and by what their edition makes of it.

Grain: one row per edition × first three digits of the code × whether the code has a sector ×
whether the enterprise is in scope.
*/
with

final as (

    select
        enterprises.edition,
        left(typed.nace_code, 3) as nace_group,
        enterprises.sector_code is not null as has_sector,
        enterprises.is_eligible,
        count(*)::integer as enterprise_count

    from {{ ref('int_enterprises_stratified') }} as enterprises

    inner join {{ ref('stg_sample') }} as typed
        on
            enterprises.edition = typed.edition
            and enterprises.line_number = typed.line_number

    group by all

)

select * from final
