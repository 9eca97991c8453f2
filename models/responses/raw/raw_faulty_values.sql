/*
Values of the raw files that break a rule of their kind.

Grain: one row per edition × kind of file × column × value that is not allowed.
Method: of the rules for a kind of value (seed validation_rules) the first one broken, in
sort_order. By patterns only the distinct shapes of values are judged, in which every digit is
a 0.
*/
with

headers as (

    select distinct
        edition,
        file_kind,
        unnest(column_names) as column_name

    from {{ ref('raw_files') }}

),

columns_expected as (

    select columns_expected.*

    from {{ ref('int_raw_columns') }} as columns_expected

    inner join headers
        on
            columns_expected.edition = headers.edition
            and columns_expected.file_kind = headers.file_kind
            and columns_expected.name_in_file = headers.column_name

),

rules as (

    select * from {{ ref('validation_rules') }}

),

found_values as (

    select
        edition,
        file_kind,
        false as is_identifier,
        column_name,
        cell_text

    from {{ ref('raw_values') }}

    union all

    -- Of what identifies a row, nearly every value is there once: looked at row by row.
    select
        edition,
        file_kind,
        is_identifier,
        column_name,
        cell_text

    from {{ ref('raw_cells') }}

    where is_identifier

),

-- Read in several places, and long where columns identify rows: not held.
known as not materialized (

    select
        found_values.is_identifier,
        found_values.cell_text,
        columns_expected.*,
        translate(found_values.cell_text, '123456789', '000000000') as shape

    from found_values

    inner join columns_expected
        on
            found_values.edition = columns_expected.edition
            and found_values.file_kind = columns_expected.file_kind
            and found_values.column_name = columns_expected.column_name

),

kinds as (

    select distinct value_kind from columns_expected

),

rules_by_kind as (

    select
        kinds.value_kind,
        rules.*

    from rules

    inner join kinds
        on
            rules.value_kinds = '*'
            or list_contains(string_split(rules.value_kinds, '|'), kinds.value_kind)

),

shapes as (

    select distinct
        value_kind,
        shape

    from known

    where cell_text != ''

),

shapes_at_fault as (

    select
        shapes.value_kind,
        shapes.shape,
        rules.rule_id,
        rules.sort_order

    from shapes

    inner join rules_by_kind as rules
        on shapes.value_kind = rules.value_kind

    where
        rules.condition in ('matches', 'differs')
        and (rules.condition = 'matches') = regexp_full_match(shapes.shape, rules.pattern)

),

faults as (

    select
        known.*,
        shapes_at_fault.rule_id,
        shapes_at_fault.sort_order

    from known

    inner join shapes_at_fault
        on
            known.value_kind = shapes_at_fault.value_kind
            and known.shape = shapes_at_fault.shape

    union all

    select
        known.*,
        rules.rule_id,
        rules.sort_order

    from known

    inner join rules_by_kind as rules
        on
            known.value_kind = rules.value_kind
            and (known.cell_text = '') = (rules.condition = 'is_missing')

    where
        case rules.condition
            when 'is_missing' then known.is_required
            -- A text without a code is handed on behind a question mark.
            when 'is_unlabelled' then known.is_labelled and starts_with(known.cell_text, '?')
            when 'is_unlisted'
                then not list_contains(
                    string_split(known.allowed_values, '|'), known.cell_text
                )
            when 'fails_check_digits' then not {{ is_enterprise_number('known.cell_text') }}
            when 'is_real'
                then
                    known.edition_status = 'synthetic'
                    and not starts_with(known.cell_text, '9')
            when 'is_no_time' then try_cast(known.cell_text as timestamp) is null
            when 'is_outside_fieldwork'
                then try_cast(known.cell_text as timestamp)::date != greatest(
                    least(
                        try_cast(known.cell_text as timestamp)::date,
                        known.fieldwork_end
                    ),
                    known.fieldwork_start
                )
        end

),

final as (

    select
        edition,
        file_kind,
        is_identifier,
        column_name,
        cell_text,
        rule_id,
        value_kind,
        sensitivity,
        expected

    from faults

    qualify
        row_number() over (
            partition by edition, file_kind, column_name, cell_text
            order by sort_order
        ) = 1

)

select * from final
