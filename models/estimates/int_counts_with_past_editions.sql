/*
Base and hits of every indicator, of the editions of this build and of those that the
release keeps.

Grain: one row per edition × hot deck × stratum × indicator × base. Hot deck 0 is the
published one and has the complete grid of strata; the further ones have the strata with
responses. All that any estimate of an edition follows from, for any part of the population.
*/
{{ config(post_hook="{{ keep_released_rows(strata=ref('int_strata_numbered')) }}") }}
with

counts as (

    select * from {{ ref('int_indicator_counts') }}

),

replicates as (

    select * from {{ ref('int_replicate_counts') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

all_counts as (

    select
        *,
        0::smallint as replicate

    from counts

    union all by name

    select *

    from replicates

    where replicate > 0

),

final as (

    select
        all_counts.edition,
        all_counts.replicate,
        all_counts.stratum_number,
        strata.stratum_id,
        all_counts.indicator_id,
        all_counts.base_id,
        all_counts.base_count,
        all_counts.hit_count

    from all_counts

    inner join strata
        on
            all_counts.edition = strata.edition
            and all_counts.stratum_number = strata.stratum_number

)

select * from final
