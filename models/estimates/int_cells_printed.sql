/*
The percentages, shares all of them, that the report's tables print by sector and by size class.

Grain: one row per edition × table × indicator × category.
Steps:
    1) The cells of each table of percentages, rounded as it prints them.
    2) Beside each, what the tables print, for the same category, of the base that it is a
       percentage of: the indicator of everybody that counts who is in that base, the one
       code that defines it.
*/
with

tables as (

    select * from {{ ref('report_tables') }}

),

exhibits as (

    select * from {{ ref('int_indicator_exhibits') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

everybody as (

    select base_id from conditions
    where condition_count = 0

),

single_codes as (

    select
        indicator_id,
        base_id,
        question_id,
        any_value(answer_code) as answer_code

    from {{ ref('int_indicator_codes') }}

    group by indicator_id, base_id, question_id
    having count(*) = 1

),

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

cells as (

    select
        estimates.cell_id,
        estimates.edition,
        tables.table_id,
        exhibits.indicator_id,
        exhibits.base_id,
        estimates.domain,
        estimates.category,
        round(estimates.estimate_pct, 1) as printed_pct

    from tables

    inner join exhibits
        on
            tables.base_id = exhibits.base_id
            and tables.table_id = exhibits.exhibit

    inner join estimates
        on
            exhibits.indicator_id = estimates.indicator_id
            and exhibits.base_id = estimates.base_id
            and tables.domain = estimates.domain
            and estimates.is_share

),

base_cells as (

    select
        cells.edition,
        cells.domain,
        cells.category,
        conditions.base_id,
        cells.printed_pct

    from cells

    inner join single_codes
        on
            cells.indicator_id = single_codes.indicator_id
            and cells.base_id = single_codes.base_id

    inner join conditions
        on
            single_codes.question_id = conditions.question_id
            and single_codes.answer_code = conditions.answer_code
            and conditions.condition_count = 1

    where cells.base_id in (select everybody.base_id from everybody)

),

final as (

    select
        cells.cell_id,
        cells.edition,
        cells.table_id,
        cells.indicator_id,
        cells.base_id,
        cells.domain,
        cells.category,
        cells.printed_pct,
        cells.base_id in (select everybody.base_id from everybody) as is_base_everybody,
        base_cells.printed_pct as base_printed_pct

    from cells

    left join base_cells
        on
            cells.edition = base_cells.edition
            and cells.domain = base_cells.domain
            and cells.category = base_cells.category
            and cells.base_id = base_cells.base_id

)

select * from final
