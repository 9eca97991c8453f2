/*
The category of a table that is above all others together in the most columns, beyond noise.

Grain: one row per edition × table of percentages with such a category.
Step: the published contrasts of each category with all others, column by column
(fct_contrasts); of two categories that lead in as many the first.
*/
with

tables as (

    select * from {{ ref('report_tables') }}

),

exhibits as (

    select * from {{ ref('int_indicator_exhibits') }}

),

categories as (

    select * from {{ ref('dim_categories') }}

),

contrasts as (

    select * from {{ ref('fct_contrasts') }}
    where other_category = 'all_others'

),

counted as (

    select
        contrasts.edition,
        tables.table_id as exhibit,
        contrasts.domain,
        contrasts.category,
        count(contrasts.is_significant) as column_count,
        count_if(contrasts.is_significant and contrasts.difference_pp > 0) as leading_count

    from tables

    inner join exhibits
        on
            tables.table_id = exhibits.exhibit
            and tables.base_id = exhibits.base_id

    inner join contrasts
        on
            exhibits.indicator_id = contrasts.indicator_id
            and exhibits.base_id = contrasts.base_id
            and tables.domain = contrasts.domain

    group by all

),

final as (

    select
        counted.edition,
        counted.exhibit,
        'leading_category' as headline_kind,
        categories.label_nl as category_nl,
        categories.label_en as category_en,
        counted.column_count::integer as column_count,
        counted.leading_count::integer as leading_count

    from counted

    inner join categories
        on
            counted.domain = categories.domain
            and counted.category = categories.category

    where counted.leading_count > 0
    qualify
        row_number() over (
            partition by counted.edition, counted.exhibit
            order by counted.leading_count desc, categories.sort_order asc
        ) = 1

)

select * from final
