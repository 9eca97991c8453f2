/*
Figuur 1 and on: what a chart needs and nothing else.

Grain: one row per edition × figure × series × item.
*/
with

estimates as (

    select * from {{ ref('fct_estimates') }}

),

figures as (

    select * from {{ ref('figures') }}

),

titles as (

    select * from {{ ref('figure_titles') }}

),

bases as (

    select * from {{ ref('bases') }}

),

base_counts as (

    select
        edition,
        base_id,
        max(respondent_count) as respondent_count

    from estimates

    where domain = 'total'
    group by all

),

final as (

    select
        estimates.edition,
        figures.figure,
        figures.figure_sort_order,
        titles.title_nl,
        titles.title_en,
        titles.chart_type,
        titles.base_id,
        bases.label_nl as base_label_nl,
        bases.label_en as base_label_en,
        base_counts.respondent_count as base_respondent_count,
        figures.series_id,
        figures.series_sort_order,
        figures.series_label_nl,
        figures.series_label_en,
        figures.item_id,
        figures.item_sort_order,
        figures.item_label_nl,
        figures.item_label_en,
        estimates.estimate_pct as value_pct

    from figures

    inner join titles
        on figures.figure = titles.figure

    inner join bases
        on titles.base_id = bases.base_id

    inner join estimates
        on
            figures.indicator_id = estimates.indicator_id
            and figures.base_id = estimates.base_id
            and estimates.domain = 'total'

    left join base_counts
        on
            estimates.edition = base_counts.edition
            and titles.base_id = base_counts.base_id

)

select * from final
