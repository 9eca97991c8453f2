/*
The item of a figure that is above every other one, beyond noise.

Grain: one row per edition × figure of one edition whose first series has such an item.
Steps:
    1) The items of the first series as they are published; a figure with one that is not says
       nothing about their order.
    2) The item with the largest percentage, where its contrast with each other one is
       significant (fct_contrasts).
*/
with

titles as (

    select * from {{ ref('figure_titles') }}
    where not compares_editions

),

items as (

    select * from {{ ref('figures') }}

),

estimates as (

    select * from {{ ref('fct_estimates') }}

),

contrasts as (

    select * from {{ ref('fct_contrasts') }}
    where is_significant

),

contrasts_both_ways as (

    select
        cell_id,
        other_cell_id,
        difference_pp

    from contrasts

    union all

    select
        other_cell_id as cell_id,
        cell_id as other_cell_id,
        -difference_pp as difference_pp

    from contrasts

),

first_series as (

    select
        estimates.edition,
        items.figure,
        items.item_label_nl,
        items.item_label_en,
        estimates.cell_id,
        estimates.estimate_pct,
        estimates.conf_status

    from items

    inner join titles
        on items.figure = titles.figure

    inner join estimates
        on
            items.indicator_id = estimates.indicator_id
            and items.base_id = estimates.base_id
            and estimates.domain = 'total'

    where items.series_sort_order = 1

),

largest as (

    select
        edition,
        figure,
        count(*) as item_count,
        arg_max(cell_id, estimate_pct) as cell_id

    from first_series

    group by edition, figure
    having bool_and(conf_status = 'F' and estimate_pct is not null)

),

smaller as (

    select
        largest.edition,
        largest.figure,
        largest.cell_id,
        largest.item_count,
        count(*) as smaller_count

    from largest

    inner join first_series as others
        on
            largest.edition = others.edition
            and largest.figure = others.figure
            and largest.cell_id != others.cell_id

    inner join contrasts_both_ways
        on
            largest.cell_id = contrasts_both_ways.cell_id
            and others.cell_id = contrasts_both_ways.other_cell_id

    where contrasts_both_ways.difference_pp > 0
    group by all
    having count(*) = largest.item_count - 1

),

final as (

    select
        smaller.edition,
        smaller.figure as exhibit,
        'largest_item' as headline_kind,
        first_series.item_label_nl as item_nl,
        first_series.item_label_en as item_en,
        first_series.estimate_pct

    from smaller

    inner join first_series
        on
            smaller.figure = first_series.figure
            and smaller.cell_id = first_series.cell_id

)

select * from final
