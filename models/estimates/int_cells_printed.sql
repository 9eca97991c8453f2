/*
The percentages that the report's tables print by sector and by size class.

Grain: one row per edition × table × indicator × category.
Steps:
    1) The cells of each table of percentages, rounded as it prints them.
    2) Beside each, what the tables print, for the same category, of the base that it is a
       percentage of: the indicator of everybody that counts who is in that base.
*/
with

tables as (

    select * from {{ ref('report_tables') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

bases as (

    select * from {{ ref('bases') }}

),

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

cells as (

    select
        estimates.edition,
        tables.table_id,
        indicators.indicator_id,
        indicators.base_id,
        indicators.question_id,
        indicators.hit_codes,
        estimates.domain,
        estimates.category,
        round(estimates.estimate_pct, 1) as printed_pct,
        bases.question_ids as base_question_ids,
        bases.answer_codes as base_answer_codes

    from tables

    inner join indicators
        on
            tables.base_id = indicators.base_id
            and list_contains(string_split(indicators.source, '|'), tables.table_id)

    inner join bases
        on indicators.base_id = bases.base_id

    inner join estimates
        on
            indicators.indicator_id = estimates.indicator_id
            and indicators.base_id = estimates.base_id
            and tables.domain = estimates.domain

),

final as (

    select
        cells.edition,
        cells.table_id,
        cells.indicator_id,
        cells.base_id,
        cells.domain,
        cells.category,
        cells.printed_pct,
        cells.base_question_ids is null as is_base_everybody,
        base_cells.printed_pct as base_printed_pct

    from cells

    left join cells as base_cells
        on
            cells.edition = base_cells.edition
            and cells.domain = base_cells.domain
            and cells.category = base_cells.category
            and cells.base_question_ids = base_cells.question_id
            and cells.base_answer_codes = base_cells.hit_codes
            and base_cells.base_question_ids is null

)

select * from final
