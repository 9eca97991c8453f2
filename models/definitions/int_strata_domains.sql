/*
The domains of estimation that each stratum is part of.

Grain: one row per stratum × domain (`total`, `sector`, `size`).
*/
with

strata as (

    select distinct
        stratum_number,
        sector_code,
        size_class_code

    from {{ ref('int_strata_numbered') }}

),

final as (

    select
        stratum_number,
        'total' as domain,
        'total' as category

    from strata

    union all

    select
        stratum_number,
        'sector' as domain,
        sector_code as category

    from strata

    union all

    select
        stratum_number,
        'size' as domain,
        size_class_code as category

    from strata

)

select * from final
