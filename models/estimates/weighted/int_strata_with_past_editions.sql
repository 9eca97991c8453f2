/*
Strata with their weight, of the editions of this build and of those that the release keeps.

Grain: one row per edition × stratum. What editions are compared by; the rest of the build
looks at its own editions alone, in int_strata_weighted.
*/
{{ config(post_hook="{{ keep_released_rows(strata=ref('int_strata_numbered')) }}") }}
with

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

final as (

    select
        edition,
        stratum_number,
        stratum_id,
        sector_code,
        population_count,
        weighted_population_count,
        weighted_usable_count,
        final_weight

    from strata

)

select * from final
