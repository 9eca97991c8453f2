/*
Every number that a report prints beside the number that the warehouse computes.

Grain: one row per row of the seed `published_figures`. A number is reproduced when the
computed one, rounded to the decimals of the report (none for a count, one for a
percentage), is the published one. What the build does not compute, or withholds, has a null;
that a withheld number is reproduced is still said.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

published as (

    select * from {{ ref('published_figures') }}

),

computed as (

    select * from {{ ref('int_figures_computed') }}

),

withheld as (

    select * from {{ ref('int_estimates_withheld') }}

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
        if(withheld.conf_status is null, computed.value, null) as computed,
        if(withheld.conf_status is null, computed.value - published.value, null)
            as difference,
        coalesce(
            round(computed.value, if(published.unit = 'percent', 1, 0)) = published.value,
            false
        ) as is_reproduced,
        computed.cell_id

    from published

    left join computed
        on
            published.edition = computed.edition
            and published.indicator = computed.indicator_id
            and published.base = coalesce(computed.base_id, published.base)
            and published.domain = computed.domain
            and published.category = computed.category
            and published.unit = computed.unit

    left join withheld
        on computed.cell_id = withheld.cell_id

)

select * from final
