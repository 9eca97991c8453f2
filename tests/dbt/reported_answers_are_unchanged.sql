/*
What usable responses reported is packed as the raw file has it: for each question the texts of
the file and the slots of the patterns have the same number of answers, sum of codes, and sum of
codes by line. One answer changed, or two exchanged, moves one of the three.
*/
with

raw as (

    select
        cells.edition,
        cells.column_name,
        count(*) as answer_count,
        sum(try_cast(cells.cell_text as bigint)) as code_sum,
        sum(try_cast(cells.cell_text as bigint) * cells.line_number) as line_sum
    from {{ ref('raw_cells') }} as cells
    inner join {{ ref('int_responses_usable') }} as responses
        on
            cells.edition = responses.edition
            and cells.line_number = responses.line_number
    inner join {{ ref('int_question_slots') }} as slots
        on
            cells.edition = slots.edition
            and cells.column_name = slots.column_name
    where
        cells.file_kind = 'responses'
        and not cells.is_identifier
        and cells.cell_text != ''
    group by cells.edition, cells.column_name

),

patterns as (

    select
        edition,
        block_number,
        pattern,
        count(*) as response_count,
        sum(line_number) as line_sum
    from {{ ref('int_patterns_reported') }}
    group by edition, block_number, pattern

),

codes as (

    select
        slots.edition,
        slots.column_name,
        ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) - 1 as answer_code,
        patterns.response_count,
        patterns.line_sum
    from patterns
    inner join {{ ref('int_question_slots') }} as slots
        on
            patterns.edition = slots.edition
            and patterns.block_number = slots.block_number

),

packed as (

    select
        edition,
        column_name,
        sum(response_count) as answer_count,
        sum(answer_code * response_count) as code_sum,
        sum(answer_code * line_sum) as line_sum
    from codes
    where answer_code >= 0
    group by edition, column_name

)

select
    'edition ' || coalesce(raw.edition, packed.edition) || ', column '
    || coalesce(raw.column_name, packed.column_name) || ': found '
    || coalesce(packed.answer_count, 0) || ' answers, codes of '
    || coalesce(packed.code_sum, 0) || ', by line ' || coalesce(packed.line_sum, 0)
    || ' in int_patterns_reported; expected ' || coalesce(raw.answer_count, 0) || ', '
    || coalesce(raw.code_sum, 0) || ' and ' || coalesce(raw.line_sum, 0)
    || ', as in the raw file' as message
from raw
full outer join packed
    on
        raw.edition = packed.edition
        and raw.column_name = packed.column_name
where
    raw.answer_count is distinct from packed.answer_count
    or raw.code_sum is distinct from packed.code_sum
    or raw.line_sum is distinct from packed.line_sum
