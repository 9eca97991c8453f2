/*
Rows of the raw files that cannot be read, and files without any row.

Grain: one row per finding: a rule of level file that the form of a row breaks, or a file that has
none. Empty lines that follow each other are one finding.
*/
with

files as (

    select * from {{ ref('raw_files') }}

),

rows_read as (

    select
        edition,
        file_name,
        line_number,
        rule_id,
        found,
        expected

    from {{ ref('raw_sample') }}

    union all

    select
        edition,
        file_name,
        line_number,
        rule_id,
        found,
        expected

    from {{ ref('raw_responses') }}

),

files_with_rows as (

    select distinct
        edition,
        file_name

    from rows_read

),

empty_rows as (

    select
        rows_read.edition,
        rows_read.file_name,
        rows_read.line_number,
        rows_read.line_number - files.lines_before as line_in_file,
        files.place_name,
        rows_read.line_number - row_number() over (
            partition by rows_read.edition, rows_read.file_name
            order by rows_read.line_number
        ) as sound_lines_before

    from rows_read

    inner join files
        on
            rows_read.edition = files.edition
            and rows_read.file_name = files.file_name

    where rows_read.rule_id = 'row_empty'

),

findings as (

    select *
    from rows_read
    where
        rule_id is not null
        and rule_id != 'row_empty'

    union all

    select
        edition,
        file_name,
        min(line_number) as line_number,
        'row_empty' as rule_id,
        'nothing' || if(
            count(*) = 1,
            '',
            ' on ' || count(*) || ' ' || place_name || 's, to ' || place_name || ' '
            || max(line_in_file)
        ) as found,
        null as expected

    from empty_rows

    group by edition, file_name, place_name, sound_lines_before

    union all

    select
        files.edition,
        files.file_name,
        null as line_number,
        'file_without_rows' as rule_id,
        null as found,
        null as expected

    from files

    left join files_with_rows
        on
            files.edition = files_with_rows.edition
            and files.file_name = files_with_rows.file_name

    where
        files.column_names is not null
        and files_with_rows.edition is null

),

final as (

    select
        rule_id,
        edition,
        file_name,
        line_number::integer as line_number,
        null::varchar as column_name,
        found,
        expected

    from findings

)

select * from final
