/*
Everything that the input checks found, said in words.

Grain: one row per finding: rule × place. What is typed waits until no finding is an error, so that
all findings of all files are reported at once, before anything else is done.
*/
with

findings as (

    select * from {{ ref('chk_file_findings') }}

    union all

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

later_files as (

    select * from {{ ref('raw_files') }}
    where lines_before > 0

),

worded as (

    select
        findings.edition,
        rules.rule_id,
        rules.sort_order,
        rules.level,
        rules.severity,
        findings.file_name,
        findings.line_number - coalesce(later_files.lines_before, 0) as line_number,
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
    left join later_files
        on
            findings.edition = later_files.edition
            and findings.file_name = later_files.file_name

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
        file_name || coalesce(', line ' || line_number, '')
        || coalesce(', column ' || column_name, '') || ': ' || message || ': found ' || found
        || '; expected ' || expected || ' [' || rule_id || ']' as message

    from worded

)

select * from final
