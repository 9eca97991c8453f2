/*
The pairs of estimates of one edition that a reader compares.

Grain: one row per test family × pair of estimates.
Steps:
    1) Of a figure that shows one edition: two items of a series, and two series of an item.
    2) Of a table by sector or by size: each category and all others.
    3) Of a claim of the report: each estimate named and each that it is compared with.
    4) Each pair one way round: a total or all others come second, and else the order is that
       of the alphabet.
A test family is what a reader takes in at once: a figure, or one column of a table.
*/
with

items as (

    select * from {{ ref('figures') }}

),

titles as (

    select * from {{ ref('figure_titles') }}

),

tables as (

    select * from {{ ref('report_tables') }}

),

exhibits as (

    select * from {{ ref('int_indicator_exhibits') }}

),

claims as (

    select * from {{ ref('int_claim_comparisons') }}

),

categories as (

    select distinct
        domain,
        category

    from {{ ref('int_strata_domains') }}

),

bars as (

    select items.*

    from items

    inner join titles
        on items.figure = titles.figure

    where not titles.compares_editions

),

pairs_of_bars as (

    select
        bars.figure as test_family,
        bars.indicator_id,
        bars.base_id,
        'total' as domain,
        'total' as category,
        others.indicator_id as other_indicator_id,
        others.base_id as other_base_id,
        'total' as other_domain,
        'total' as other_category

    from bars

    inner join bars as others
        on
            bars.figure = others.figure
            and (
                (
                    bars.series_id = others.series_id
                    and bars.item_sort_order < others.item_sort_order
                )
                or (
                    bars.item_id = others.item_id
                    and bars.series_sort_order < others.series_sort_order
                )
            )

),

categories_and_others as (

    select
        concat_ws('|', tables.table_id, exhibits.indicator_id) as test_family,
        exhibits.indicator_id,
        exhibits.base_id,
        tables.domain,
        categories.category,
        exhibits.indicator_id as other_indicator_id,
        exhibits.base_id as other_base_id,
        tables.domain as other_domain,
        'all_others' as other_category

    from tables

    inner join exhibits
        on
            tables.base_id = exhibits.base_id
            and tables.table_id = exhibits.exhibit

    inner join categories
        on tables.domain = categories.domain

),

pairs_of_claims as (

    select
        if(domain = 'total', place, concat_ws('|', place, indicator_id)) as test_family,
        indicator_id,
        base_id,
        domain,
        category,
        other_indicator_id,
        other_base_id,
        other_domain,
        other_category

    from claims

    where other_indicator_id is not null and relation != 'sum'

),

pairs as (

    select * from pairs_of_bars
    union all by name
    select * from categories_and_others
    union all by name
    select * from pairs_of_claims

),

directed as (

    select
        *,
        other_category != 'all_others'
        and (domain = 'total' or other_domain != 'total')
        and concat_ws('|', indicator_id, base_id, domain, category)
        > concat_ws('|', other_indicator_id, other_base_id, other_domain, other_category)
            as is_turned

    from pairs

),

final as (

    select distinct
        test_family,
        if(is_turned, other_indicator_id, indicator_id) as indicator_id,
        if(is_turned, other_base_id, base_id) as base_id,
        if(is_turned, other_domain, domain) as domain,
        if(is_turned, other_category, category) as category,
        if(is_turned, indicator_id, other_indicator_id) as other_indicator_id,
        if(is_turned, base_id, other_base_id) as other_base_id,
        if(is_turned, domain, other_domain) as other_domain,
        if(is_turned, category, other_category) as other_category

    from directed

)

select * from final
