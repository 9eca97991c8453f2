/*
What each figure and table says: the sentence above it.

Grain: one row per edition × figure or table of the report; of a figure that compares editions the
newest one decides.
Steps:
    1) What may be said: claims that are supported or within noise, what follows from published
       estimates, contrasts and changes alone (int_headlines_of_*), and at least the plain title.
    2) The first by the order of kinds (seed headline_kinds), then by the order that an editor gave
       claims; its template with its names filled in.
    3) Beside it the unit, and the base or, where series have their own, the bases.
*/
with

kinds as (

    select * from {{ ref('headline_kinds') }}

),

bases as (

    select * from {{ ref('bases') }}

),

terms as (

    select * from {{ ref('report_terms') }}

),

items as (

    select distinct
        figure,
        base_id

    from {{ ref('figures') }}

),

figures as (

    select distinct
        edition,
        figure,
        title_nl,
        title_en

    from {{ ref('rpt_figures') }}

),

tables as (

    select * from {{ ref('report_tables') }}

),

editions as (

    select * from {{ ref('dim_editions') }}

),

exhibits as (

    select
        edition,
        figure as exhibit,
        title_nl,
        title_en

    from figures

    union all by name

    select
        editions.edition,
        tables.table_id as exhibit,
        tables.title_nl,
        tables.title_en

    from editions

    cross join tables

),

exhibit_bases as (

    select
        figure as exhibit,
        base_id,
        false as has_counts

    from items

    union all

    select
        table_id as exhibit,
        base_id,
        column_dimension is not null as has_counts

    from tables

),

measured_by_base as (

    select
        {%- for language in ['nl', 'en'] %}
        {{ filled('terms.label_' ~ language, {
            'base': "coalesce(lower(bases.label_" ~ language ~ "[1]) || bases.label_"
                ~ language ~ "[2:], '')",
        }) }} as measured_{{ language }},
        {%- endfor %}
        bases.sort_order,
        exhibit_bases.exhibit

    from exhibit_bases

    inner join terms
        on
            terms.term_id
            = case
                when exhibit_bases.base_id is not null then 'measured_share'
                when exhibit_bases.has_counts then 'measured_count'
                else 'measured_words'
            end

    left join bases
        on exhibit_bases.base_id = bases.base_id

),

measured as (

    select
        exhibit,
        string_agg(measured_nl, ', ' order by sort_order) as measured_nl,
        string_agg(measured_en, ', ' order by sort_order) as measured_en

    from measured_by_base

    group by exhibit

),

candidates as (

    select * from {{ ref('int_headlines_claimed') }}
    union all by name
    select * from {{ ref('int_headlines_of_items') }}
    union all by name
    select * from {{ ref('int_headlines_of_changes') }}
    union all by name
    select * from {{ ref('int_headlines_of_tables') }}
    union all by name
    select * from {{ ref('int_headlines_of_counts') }}
    union all by name
    select
        edition,
        exhibit,
        'plain' as headline_kind

    from exhibits

),

chosen as (

    select
        candidates.*,
        kinds.template_nl,
        kinds.template_en

    from candidates

    inner join kinds
        on candidates.headline_kind = kinds.headline_kind

    qualify
        row_number() over (
            partition by candidates.edition, candidates.exhibit
            order by kinds.sort_order, candidates.headline_order
        ) = 1

),

final as (

    select
        exhibits.edition,
        exhibits.exhibit,
        chosen.headline_kind,
        chosen.claim_id,
        {%- for language in ['nl', 'en'] %}
        {{ filled('chosen.template_' ~ language, {
            'claim': "coalesce(chosen.text_" ~ language ~ ", '')",
            'counts': "coalesce(chosen.text_" ~ language ~ ", '')",
            'item': "coalesce(chosen.item_" ~ language ~ ", '')",
            'value': "coalesce(" ~ printed_percentage('chosen.estimate_pct', language) ~ ", '')",
            'category': "coalesce(chosen.category_" ~ language ~ ", '')",
            'count': "coalesce(chosen.leading_count::varchar, '')",
            'total': "coalesce(chosen.column_count, chosen.item_count, 0)::varchar",
            'previous': "coalesce(chosen.previous_edition::varchar, '')",
            'rose': "coalesce(chosen.rose_count::varchar, '')",
            'fell': "coalesce(chosen.fell_count::varchar, '')",
            'title': "exhibits.title_" ~ language,
        }) }} as headline_{{ language }},
        {%- endfor %}
        measured.measured_nl,
        measured.measured_en

    from exhibits

    inner join chosen
        on
            exhibits.edition = chosen.edition
            and exhibits.exhibit = chosen.exhibit

    inner join measured
        on exhibits.exhibit = measured.exhibit

)

select * from final
