/*
Values of the raw files that break a rule of their kind.

Grain: one row per finding: edition × file × line × column with a value that is not allowed.
Method: of the rules for a kind of value (seed validation_rules) the first one broken, in
sort_order, is the finding. Few values are judged for many cells: the distinct ones of a
column, and by patterns only their distinct shapes, in which every digit is a 0.
*/
with

columns_expected as (

    select * from {{ ref('int_raw_columns') }}

),

rules as (

    select * from {{ ref('validation_rules') }}

),

found_values as (

    select * from {{ ref('raw_values') }}

),

known as (

    select
        found_values.edition,
        found_values.file_kind,
        found_values.column_name,
        found_values.cell_text,
        columns_expected.value_kind,
        columns_expected.is_required,
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

    where shape != ''

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

faults_of_shape as (

    select
        known.edition,
        known.file_kind,
        known.column_name,
        known.cell_text,
        shapes_at_fault.rule_id,
        shapes_at_fault.sort_order

    from known

    inner join shapes_at_fault
        on
            known.value_kind = shapes_at_fault.value_kind
            and known.shape = shapes_at_fault.shape

),

faults_of_cells_missing as (

    select
        known.edition,
        known.file_kind,
        known.column_name,
        known.cell_text,
        rules.rule_id,
        rules.sort_order

    from known

    inner join rules_by_kind as rules
        on known.value_kind = rules.value_kind

    where
        known.cell_text = ''
        and known.is_required
        and rules.condition = 'is_missing'

),

faults_of_value as (

    select
        known.edition,
        known.file_kind,
        known.column_name,
        known.cell_text,
        rules.rule_id,
        rules.sort_order

    from known

    inner join columns_expected
        on
            known.edition = columns_expected.edition
            and known.file_kind = columns_expected.file_kind
            and known.column_name = columns_expected.column_name

    inner join rules_by_kind as rules
        on
            known.value_kind = rules.value_kind
            and rules.condition not in ('matches', 'differs', 'is_missing')

    where
        known.cell_text != ''
        and case rules.condition
            when 'is_unlisted'
                then not list_contains(
                    string_split(columns_expected.allowed_values, '|'), known.cell_text
                )
            when 'fails_check_digits' then not {{ is_enterprise_number('known.cell_text') }}
            when 'is_real'
                then
                    columns_expected.edition_status = 'synthetic'
                    and not starts_with(known.cell_text, '9')
            when 'is_no_time' then try_cast(known.cell_text as timestamp) is null
            when 'is_outside_fieldwork'
                then try_cast(known.cell_text as timestamp)::date != greatest(
                    least(
                        try_cast(known.cell_text as timestamp)::date,
                        columns_expected.fieldwork_end
                    ),
                    columns_expected.fieldwork_start
                )
        end

),

faults as (

    select * from faults_of_shape
    union all
    select * from faults_of_cells_missing
    union all
    select * from faults_of_value

),

first_faults as (

    select
        faults.*,
        columns_expected.value_kind,
        columns_expected.sensitivity,
        columns_expected.expected

    from faults

    inner join columns_expected
        on
            faults.edition = columns_expected.edition
            and faults.file_kind = columns_expected.file_kind
            and faults.column_name = columns_expected.column_name

    qualify
        row_number() over (
            partition by
                faults.edition, faults.file_kind, faults.column_name, faults.cell_text
            order by faults.sort_order
        ) = 1

),

cells_at_fault as (

    -- Part by part: one without a value at fault is not read.
    select
        faults.*,
        cells.file_name,
        cells.line_number

    from {{ ref('raw_cells') }} as cells

    inner join first_faults as faults
        on
            cells.edition = faults.edition
            and cells.column_name = faults.column_name
            and cells.cell_text = faults.cell_text

    where
        cells.file_kind = 'sample'
        and not cells.is_answer
        and faults.file_kind = 'sample'

    union all

    select
        faults.*,
        cells.file_name,
        cells.line_number

    from {{ ref('raw_cells') }} as cells

    inner join first_faults as faults
        on
            cells.edition = faults.edition
            and cells.column_name = faults.column_name
            and cells.cell_text = faults.cell_text

    where
        cells.file_kind = 'responses'
        and not cells.is_answer
        and faults.file_kind = 'responses'
        and faults.column_name in (
            'response_id', 'invited_enterprise_number', 'enterprise_number', 'submitted_at',
            'response_channel'
        )

    union all

    select
        faults.*,
        cells.file_name,
        cells.line_number

    from {{ ref('raw_cells') }} as cells

    inner join first_faults as faults
        on
            cells.edition = faults.edition
            and cells.column_name = faults.column_name
            and cells.cell_text = faults.cell_text

    where
        cells.file_kind = 'responses'
        and cells.is_answer
        and faults.file_kind = 'responses'
        and faults.column_name not in (
            'response_id', 'invited_enterprise_number', 'enterprise_number', 'submitted_at',
            'response_channel'
        )

),

final as (

    select
        rule_id,
        edition,
        file_name,
        line_number,
        column_name,
        {{ described('cell_text', 'value_kind', 'sensitivity') }} as found,
        expected

    from cells_at_fault

)

select * from final
