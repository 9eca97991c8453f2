/*
Rows of one raw file that contradict themselves or each other.

Grain: one row per finding. Of rows that share a key, each after the first is a finding that
names the line of the first.
*/
with

-- Read in several places, and as long as the files: not held.
sample as not materialized (

    select *
    from {{ ref('raw_sample') }}
    where rule_id is null

),

responses as not materialized (

    select *
    from {{ ref('raw_responses') }}
    where rule_id is null

),

raw_values as (

    select * from {{ ref('raw_values') }}

),

files as (

    select * from {{ ref('raw_files') }}

),

columns_expected as (

    select * from {{ ref('int_raw_columns') }}

),

keys as not materialized (

    select
        'enterprise_repeated' as rule_id,
        edition,
        file_name,
        line_number,
        'enterprise_number' as column_name,
        enterprise_number as key_value

    from sample

    union all

    select
        'response_repeated' as rule_id,
        edition,
        file_name,
        line_number,
        'response_id' as column_name,
        response_id as key_value

    from responses

    union all

    select
        'enterprise_answered_again' as rule_id,
        edition,
        file_name,
        line_number,
        'invited_enterprise_number' as column_name,
        invited_enterprise_number as key_value

    from responses

    where invited_enterprise_number = enterprise_number

),

keys_repeated as (

    select
        rule_id,
        edition,
        key_value

    from keys

    group by rule_id, edition, key_value
    having count(*) > 1

),

repeated as (

    select
        keys.rule_id,
        keys.edition,
        keys.file_name,
        keys.line_number,
        keys.column_name,
        'the value of ' || first_value(files.place_name) over same_key || ' '
        || first_value(keys.line_number - files.lines_before) over same_key
        || if(
            first_value(keys.file_name) over same_key = keys.file_name,
            '',
            ' of ' || first_value(keys.file_name) over same_key
        ) as found

    from keys

    inner join files
        on
            keys.edition = files.edition
            and keys.file_name = files.file_name

    inner join keys_repeated
        on
            keys.rule_id = keys_repeated.rule_id
            and keys.edition = keys_repeated.edition
            and keys.key_value = keys_repeated.key_value

    window
        same_key as (
            partition by keys.rule_id, keys.edition, keys.key_value
            order by keys.line_number
        )

    qualify row_number() over same_key > 1

),

columns_read as (

    select
        files.edition,
        files.file_kind,
        files.file_name,
        files.lines_before,
        columns_expected.column_name,
        columns_expected.value_kind

    from files

    inner join columns_expected
        on
            files.edition = columns_expected.edition
            and files.file_kind = columns_expected.file_kind
            and list_contains(files.column_names, columns_expected.name_in_file)

),

questions_answered as (

    select distinct
        edition,
        column_name

    from raw_values

    where
        file_kind = 'responses'
        and cell_text != ''

),

questions_unanswered as (

    select
        'question_unanswered' as rule_id,
        columns_read.edition,
        columns_read.file_name,
        null::integer as line_number,
        columns_read.column_name,
        null as found

    from columns_read

    left join questions_answered
        on
            columns_read.edition = questions_answered.edition
            and columns_read.column_name = questions_answered.column_name

    where
        columns_read.value_kind = 'answer'
        and columns_read.lines_before = 0
        and questions_answered.column_name is null
        and columns_read.edition in (select responses.edition from responses)

),

findings as (

    select * from repeated

    union all

    select
        'recontact_incomplete' as rule_id,
        sample.edition,
        sample.file_name,
        sample.line_number,
        'recontact_status' as column_name,
        null as found

    from sample

    inner join columns_read as channel_read
        on
            sample.edition = channel_read.edition
            and sample.file_name = channel_read.file_name
            and channel_read.column_name = 'recontact_channel'

    inner join columns_read as status_read
        on
            sample.edition = status_read.edition
            and sample.file_name = status_read.file_name
            and status_read.column_name = 'recontact_status'

    where (sample.recontact_channel is null) != (sample.recontact_status is null)

    union all

    select * from questions_unanswered

),

final as (

    select
        *,
        null::varchar as expected

    from findings

)

select * from final
