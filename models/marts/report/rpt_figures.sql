/*
Figuur 1 and on: what a chart needs and nothing else.

Grain: one row per edition × figure × series × item. Where the order of items is free they are
displayed by the percentages of the first series (display_sort_order). In a figure that
compares editions each edition is a series, whose id is its year. The interval of a bar, and
all else that is known of it, is in the row of fct_estimates with its cell_id.
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

captions as (

    select * from {{ ref('int_exhibits_captioned') }}

),

shown as (

    select
        estimates.edition,
        figures.figure,
        figures.figure_sort_order,
        titles.title_nl,
        titles.title_en,
        titles.chart_type,
        titles.compares_editions,
        titles.base_id,
        bases.label_nl as base_label_nl,
        bases.label_en as base_label_en,
        captions.base_respondent_count,
        captions.base_note_nl,
        captions.base_note_en,
        if(titles.compares_editions, estimates.edition::varchar, figures.series_id)
            as series_id,
        if(titles.compares_editions, estimates.edition, figures.series_sort_order)
            as series_sort_order,
        if(titles.compares_editions, estimates.edition::varchar, figures.series_label_nl)
            as series_label_nl,
        if(titles.compares_editions, estimates.edition::varchar, figures.series_label_en)
            as series_label_en,
        figures.item_id,
        figures.item_sort_order,
        figures.item_label_nl,
        figures.item_label_en,
        estimates.respondent_count,
        estimates.estimate_pct as value_pct,
        estimates.obs_status,
        estimates.conf_status,
        estimates.cell_id

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

    inner join captions
        on
            estimates.edition = captions.edition
            and figures.figure = captions.exhibit

),

first_bars as (

    select *

    from shown

    qualify
        row_number() over (
            partition by edition, figure, item_id
            order by series_sort_order
        ) = 1

),

-- Of what is released alone, as it is printed: what is withheld comes last, in the order of the
-- report.
places as (

    select
        first_bars.edition,
        first_bars.figure,
        first_bars.item_id,
        row_number() over (
            partition by first_bars.edition, first_bars.figure
            order by
                if(titles.item_order = 'value', round(first_bars.value_pct, 1), null)
                desc nulls last,
                first_bars.item_sort_order asc
        )::smallint as display_sort_order

    from first_bars

    inner join titles
        on first_bars.figure = titles.figure

),

final as (

    select
        shown.*,
        places.display_sort_order

    from shown

    inner join places
        on
            shown.edition = places.edition
            and shown.figure = places.figure
            and shown.item_id = places.item_id

)

select * from final
