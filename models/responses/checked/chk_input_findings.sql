/*
Everything that the input checks found, said in words.

Grain: one row per finding: rule × place. What is typed waits until no finding is an error, so that
all findings of all files are reported at once, before anything else is done. They speak of a file
as it is: of its columns by their names there.
*/
with

findings_on_rows as (

    select * from {{ ref('chk_row_findings') }}

    union all

    select * from {{ ref('chk_value_findings') }}

    union all

    select * from {{ ref('chk_record_findings') }}

    union all

    select * from {{ ref('chk_stratum_findings') }}

),

rules as (

    select * from {{ ref('validation_rules') }}

),

files as (

    select * from {{ ref('raw_files') }}
    where column_names is not null

),

columns_renamed as (

    select * from {{ ref('int_raw_columns') }}
    where name_in_file != column_name

),

findings as (

    select * from {{ ref('chk_file_findings') }}

    union all

    -- One column of a file may fill several: what is wrong with it is said once.
    select distinct
        findings_on_rows.rule_id,
        findings_on_rows.edition,
        findings_on_rows.file_name,
        findings_on_rows.line_number,
        coalesce(columns_renamed.name_in_file, findings_on_rows.column_name) as column_name,
        findings_on_rows.found,
        findings_on_rows.expected

    from findings_on_rows

    left join files
        on
            findings_on_rows.edition = files.edition
            and findings_on_rows.file_name = files.file_name

    left join columns_renamed
        on
            files.edition = columns_renamed.edition
            and files.file_kind = columns_renamed.file_kind
            and findings_on_rows.column_name = columns_renamed.column_name

),

worded as (

    select
        findings.edition,
        rules.rule_id,
        rules.sort_order,
        rules.level,
        rules.severity,
        findings.file_name,
        findings.line_number - coalesce(files.lines_before, 0) as line_number,
        coalesce(files.place_name, 'line') as place_name,
        findings.column_name,
        rules.message,
        replace(
            coalesce(rules.found, findings.found), '{found}', coalesce(findings.found, '')
        ) as found,
        replace(rules.expected, '{expected}', coalesce(findings.expected, '')) as expected

    from findings

    inner join rules
        on findings.rule_id = rules.rule_id

    -- Lines are counted through all files of a kind; a reader looks for one in its file.
    left join files
        on
            findings.edition = files.edition
            and findings.file_name = files.file_name

),

final as (

    select
        edition,
        rule_id,
        sort_order,
        level,
        severity,
        file_name,
        line_number,
        column_name,
        found,
        expected,
        file_name || coalesce(', ' || place_name || ' ' || line_number, '')
        || coalesce(', column ' || column_name, '') || ': ' || message || ': found ' || found
        || '; expected ' || expected || ' [' || rule_id || ']' as message

    from worded

)

select * from final
