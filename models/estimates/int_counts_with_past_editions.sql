/*
Base and sums of every indicator, of the editions of this build and of those that the
release keeps.

Grain: one row per edition × hot deck × stratum × indicator × base. Hot deck 0 is the
published one. All that any estimate of an edition follows from, for any part of the population.
*/
{{ config(post_hook="{{ keep_released_rows(strata=ref('int_strata_numbered')) }}") }}
with

counts as (

    select * from {{ ref('int_indicator_counts') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

final as (

    select
        counts.edition,
        counts.replicate,
        counts.stratum_number,
        strata.stratum_id,
        counts.indicator_id,
        counts.base_id,
        counts.is_share,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from counts

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

)

select * from final
