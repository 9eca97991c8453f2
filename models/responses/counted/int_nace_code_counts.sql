/*
Sampled enterprises, counted by their NACE code and by what their edition makes of it.

Grain: one row per edition × code × code in the version of NACE before, where the frame has both ×
sector × size class × whether the enterprise is in scope. `none` where there is none of it.
*/
with

final as (

    select
        enterprises.edition,
        coalesce(typed.nace_code, 'none') as nace_code,
        coalesce(typed.previous_nace_code, 'none') as previous_nace_code,
        coalesce(enterprises.sector_code, 'none') as sector_code,
        coalesce(enterprises.size_class_code, 'none') as size_class_code,
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
