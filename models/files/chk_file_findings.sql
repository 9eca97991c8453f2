/*
What is wrong with the raw files before any row is looked at.

Grain: one row per finding: a rule of level file that a file or its header breaks. A file that
cannot be read has its reason alone: its columns and rows are unknown.
*/
{{ config(schema='checks') }}
with

files as (

    select * from {{ ref('raw_files') }}

),

mappings as (

    select * from {{ ref('raw_mappings') }}

),

columns_expected as (

    select distinct
        edition,
        file_kind,
        name_in_file as column_name,
        seed_file,
        may_be_absent

    from {{ ref('int_raw_columns') }}

    union

    -- Among them what an export has and nobody wants.
    select distinct
        edition,
        file_kind,
        column_in_file as column_name,
        'seeds/reference/raw_mappings.csv' as seed_file,
        false as may_be_absent

    from mappings

),

questions as (

    select * from {{ ref('questions') }}

),

settings as (

    select * from {{ ref('build_settings') }}

),

headers as (

    select
        edition,
        file_kind,
        file_name,
        dialect,
        if(place_name = 'case', null, 1) as header_line,
        unnest(column_names) as column_name,
        generate_subscripts(column_names, 1) as place

    from files

),

headers_shown as (

    -- What shows of each name, and the first blank or other character that does not.
    select
        *,
        regexp_replace(column_name, '[\p{C}\p{Z}]', '', 'g') as shown_name,
        regexp_extract(column_name, '[\p{C}\p{Z}]') as hidden_character

    from headers

),

headers_known as (

    select
        headers_shown.*,
        columns_expected.column_name is not null as is_known

    from headers_shown

    left join columns_expected
        on
            headers_shown.edition = columns_expected.edition
            and headers_shown.file_kind = columns_expected.file_kind
            and headers_shown.column_name = columns_expected.column_name

),

files_with_header as (

    select
        edition,
        file_kind,
        file_name,
        header_line,
        bool_or(is_known) as has_header

    from headers_known

    group by all

),

column_findings as (

    -- What is no name may be a value, and somebody's: it is described. Tools call columns anything.
    select
        'column_unknown' as rule_id,
        headers_known.edition,
        headers_known.file_name,
        case
            when
                regexp_full_match(
                    headers_known.column_name, '[A-Za-z][A-Za-z_.-]{0,29}[0-9_]{0,6}'
                )
                then 'column ' || headers_known.column_name
            when headers_known.dialect is not null and headers_known.column_name != ''
                then 'column ' || headers_known.place || ', ' || headers_known.column_name
            when headers_known.shown_name = ''
                then 'column ' || headers_known.place || ', which has no name'
            when headers_known.hidden_character != ''
                then
                    'column ' || headers_known.place || ', in whose name is a blank or '
                    || 'a character that does not show, '
                    || printf('U+%04X', unicode(headers_known.hidden_character))
            else
                'column ' || headers_known.place || ', which has a name of '
                || length(headers_known.column_name) || ' characters'
        end as found,
        case
            when headers_known.dialect is not null
                then
                    'seeds/reference/raw_mappings.csv for edition ' || headers_known.edition
                    || ', with what it fills or without if nobody needs it'
            when headers_known.file_kind = 'responses'
                then 'seeds/reference/questions.csv for edition ' || headers_known.edition
            else 'seeds/reference/raw_columns.csv'
        end as expected

    from headers_known

    where not headers_known.is_known

    union all

    select
        'column_repeated' as rule_id,
        edition,
        file_name,
        'column ' || column_name || ' ' || count(*) || ' times' as found,
        null as expected

    from headers_known

    where is_known
    group by edition, file_name, column_name
    having count(*) > 1

),

columns_missing as (

    select
        columns_expected.edition,
        files_with_header.file_name,
        files_with_header.header_line,
        columns_expected.column_name,
        columns_expected.seed_file

    from columns_expected

    inner join files_with_header
        on
            columns_expected.edition = files_with_header.edition
            and columns_expected.file_kind = files_with_header.file_kind
            and files_with_header.has_header

    -- One that is there under a name with a blank in it is a finding already.
    left join headers_shown
        on
            columns_expected.edition = headers_shown.edition
            and columns_expected.file_kind = headers_shown.file_kind
            and columns_expected.column_name in (
                headers_shown.column_name, headers_shown.shown_name
            )

    where headers_shown.column_name is null and not columns_expected.may_be_absent

),

findings as (

    select
        rule_id,
        edition,
        file_name,
        null as line_number,
        null as column_name,
        found,
        expected

    from files

    where rule_id is not null

    union all

    select
        'header_missing' as rule_id,
        edition,
        file_name,
        header_line as line_number,
        null as column_name,
        null as found,
        null as expected

    from files_with_header

    where not has_header

    union all

    select
        column_findings.rule_id,
        column_findings.edition,
        column_findings.file_name,
        files_with_header.header_line as line_number,
        null as column_name,
        column_findings.found,
        column_findings.expected

    from column_findings

    inner join files_with_header
        on
            column_findings.edition = files_with_header.edition
            and column_findings.file_name = files_with_header.file_name
            and files_with_header.has_header

    union all

    select
        'column_missing' as rule_id,
        edition,
        file_name,
        header_line as line_number,
        column_name,
        null as found,
        seed_file as expected

    from columns_missing

    union all

    select
        'last_line_unended' as rule_id,
        edition,
        file_name,
        null as line_number,
        null as column_name,
        null as found,
        null as expected

    from files

    where not is_last_line_ended

    union all

    select distinct
        'pseudonym_key_missing' as rule_id,
        edition,
        'environment variable BAROMETER_PSEUDONYM_KEY' as file_name,
        null::integer as line_number,
        null as column_name,
        key_fault(edition_status) as found,
        edition_status as expected

    from files

    where
        edition is not null
        and key_fault(edition_status) is not null

    union all

    select distinct
        'pseudonym_key_changed' as rule_id,
        files.edition,
        'environment variable BAROMETER_PSEUDONYM_KEY' as file_name,
        null::integer as line_number,
        null as column_name,
        other_key_than(settings.release_path, files.edition_status) as found,
        null as expected

    from files

    cross join settings

    where
        files.edition is not null
        and other_key_than(settings.release_path, files.edition_status) is not null

    union all

    select distinct
        'edition_without_questions' as rule_id,
        files.edition,
        'seeds/reference/questions.csv, edition ' || files.edition as file_name,
        null::integer as line_number,
        null as column_name,
        null as found,
        null as expected

    from files

    where
        files.edition is not null
        and files.edition not in (select questions.edition from questions)

),

final as (

    select
        rule_id,
        edition,
        file_name,
        line_number::integer as line_number,
        column_name,
        found,
        expected

    from findings

)

select * from final
