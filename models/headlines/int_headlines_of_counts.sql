/*
The totals of the design, in the words that a table without percentages has for them.

Grain: one row per edition × table of counts or of words.
*/
with

tables as (

    select * from {{ ref('report_tables') }}
    where headline_nl is not null

),

strata as (

    select * from {{ ref('dim_strata') }}

),

totals as (

    select
        edition,
        sum(population_count)::integer as population_count,
        sum(sampled_count)::integer as sampled_count,
        sum(usable_count)::integer as usable_count,
        count(distinct sector_code)::integer as sector_count

    from strata

    group by edition

),

final as (

    select
        totals.edition,
        'counts' as headline_kind,
        {%- for language in ['nl', 'en'] %}
        {{ filled('tables.headline_' ~ language, {
            'population_count': printed_count('totals.population_count', language),
            'sampled_count': printed_count('totals.sampled_count', language),
            'usable_count': printed_count('totals.usable_count', language),
            'sector_count': printed_count('totals.sector_count', language),
        }) }} as text_{{ language }},
        {%- endfor %}
        tables.table_id as exhibit

    from totals

    cross join tables

)

select * from final
