/*
Values of the raw files that break a rule of their kind.

Grain: one row per finding: edition × file × line × column with a value that is not allowed.
Method: of the rules for a kind of value (seed validation_rules) the first one broken, in
sort_order, is the finding. Few values are judged for many cells: the distinct ones of a
column, and by patterns only their distinct shapes, in which every digit is a 0.
*/
with

cells as (

    select * from {{ ref('raw_cells') }}

),

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
        found_values.cell_text,
        translate(found_values.cell_text, '123456789', '000000000') as shape,
        columns_expected.*,
        try_cast(found_values.cell_text as timestamp)::date as cell_date

    from found_values

    inner join columns_expected
        on
            found_values.edition = columns_expected.edition
            and found_values.file_kind = columns_expected.file_kind
            and found_values.column_name = columns_expected.column_name

),

kinds as (

    select distinct value_kind from known

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
        on known.value_kind = rules.value_kind

    where
        if(
            known.cell_text = '',
            known.is_required and rules.condition = 'is_missing',
            case rules.condition
                when 'is_unlisted'
                    then not list_contains(
                        string_split(known.allowed_values, '|'), known.cell_text
                    )
                when 'fails_check_digits'
                    then not {{ is_enterprise_number('known.cell_text') }}
                when 'is_real'
                    then
                        known.edition_status = 'synthetic'
                        and not starts_with(known.cell_text, '9')
                when 'is_no_time' then known.cell_date is null
                when 'is_outside_fieldwork'
                    then known.cell_date != greatest(
                        least(known.cell_date, known.fieldwork_end), known.fieldwork_start
                    )
            end
        )

),

first_faults as (

    select *

    from faults

    qualify
        row_number() over (
            partition by edition, file_kind, column_name, cell_text
            order by sort_order
        ) = 1

),

cells_at_fault as (

    -- A part of the cells that no value at fault is in is not read.
    {% for kind, is_answer in [('sample', 'false'), ('responses', 'false'), ('responses', 'true')] -%}
    select
        faults.*,
        cells.file_name,
        cells.line_number

    from cells

    inner join first_faults as faults
        on
            cells.edition = faults.edition
            and cells.column_name = faults.column_name
            and cells.cell_text = faults.cell_text

    where
        cells.file_kind = '{{ kind }}'
        and cells.is_answer = {{ is_answer }}
        and faults.file_kind = '{{ kind }}'
        {%- if kind == 'responses' %}
        and (faults.column_name in ('{{ response_columns() | join("', '") }}')) != {{ is_answer }}
        {%- endif %}
    {{ 'union all' if not loop.last }}

    {% endfor -%}

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
