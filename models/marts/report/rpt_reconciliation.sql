/*
Every number that a report prints beside the number that the warehouse computes.

Grain: one row per row of the seed `published_figures`. A number is reproduced when the
computed one, rounded to the decimals of the report (none for a count, one for a
percentage), is the published one. What the build does not compute has a null.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

published as (

    select * from {{ ref('published_figures') }}

),

computed as (

    select * from {{ ref('int_figures_computed') }}

),

final as (

    select
        published.edition,
        published.source,
        published.indicator as indicator_id,
        published.base as base_id,
        published.domain,
        published.category,
        published.unit,
        published.value as published,
        computed.value as computed,
        computed.value - published.value as difference,
        coalesce(
            round(computed.value, if(published.unit = 'percent', 1, 0)) = published.value,
            false
        ) as is_reproduced

    from published

    left join computed
        on
            published.edition = computed.edition
            and published.indicator = computed.indicator_id
            and published.base = coalesce(computed.base_id, published.base)
            and published.domain = computed.domain
            and published.category = computed.category
            and published.unit = computed.unit

)

select * from final
