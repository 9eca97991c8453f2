/*
What brought the responses in, and through which channel.

Grain: one row per edition × measure × domain × category. By contact step: how many responses, which
share of all, and what had come in by then of those reached; by channel: how many, and which share.
*/
with

days as (

    select * from {{ ref('fct_response_days') }}

),

steps as (

    select * from {{ ref('contact_steps') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

step_counts as (

    select
        days.edition,
        days.contact_step_id as category,
        steps.sort_order,
        sum(days.response_count) as response_count

    from days

    inner join steps
        on days.contact_step_id = steps.contact_step_id

    group by all

),

received as (

    select
        edition,
        sum(response_count) as response_count

    from days

    group by edition

),

reached as (

    select
        edition,
        sum(reached_count) as reached_count

    from strata

    group by edition

),

by_step as (

    select
        step_counts.edition,
        'contact_step' as domain,
        step_counts.category,
        step_counts.response_count::double as step_response_count,
        100 * step_counts.response_count / received.response_count as step_response_pct,
        100 * sum(step_counts.response_count) over (
            partition by step_counts.edition
            order by step_counts.sort_order
        ) / nullif(reached.reached_count, 0) as step_response_rate_pct

    from step_counts

    inner join received
        on step_counts.edition = received.edition

    inner join reached
        on step_counts.edition = reached.edition

),

by_channel as (

    select
        days.edition,
        'response_channel' as domain,
        days.response_channel as category,
        sum(days.response_count)::double as channel_response_count,
        100 * sum(days.response_count) / any_value(received.response_count)
            as channel_response_pct

    from days

    inner join received
        on days.edition = received.edition

    group by all

),

final as (

    select *

    from by_step

    unpivot (
        value for measure_id in (
            step_response_count, step_response_pct, step_response_rate_pct
        )
    )

    union all by name

    select *

    from by_channel

    unpivot (value for measure_id in (channel_response_count, channel_response_pct))

)

select * from final
