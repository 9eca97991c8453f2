/*
Everything that the input checks found, said in words.

Grain: one row per finding: rule × place. What is typed waits until no finding is an error, so that
all findings of all files are reported at once, before anything else is done.
*/
with

findings as (

    select * from {{ ref('chk_file_findings') }}

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

worded as (

    select
        findings.edition,
        rules.rule_id,
        rules.sort_order,
        rules.level,
        rules.severity,
        findings.file_name,
        findings.line_number,
        findings.column_name,
        rules.message,
        replace(
            coalesce(rules.found, findings.found), '{found}', coalesce(findings.found, '')
        ) as found,
        replace(rules.expected, '{expected}', coalesce(findings.expected, '')) as expected

    from findings

    inner join rules
        on findings.rule_id = rules.rule_id

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
