/*
The values of each column of the raw files: few are judged for many cells.

Grain: one row per edition × kind of file × column that is expected and that the header names
× value. What identifies a row, which nearly every row has another of, comes once a row.
*/
{%- set identifiers = {
    'sample': ['enterprise_number'],
    'responses': [
        'response_id', 'invited_enterprise_number', 'enterprise_number', 'submitted_at',
    ],
} %}
with

cells as (

    select distinct
        edition,
        file_kind,
        column_name,
        cell_text

    from {{ ref('raw_cells') }}

    where
        column_name not in (
            '{{ (identifiers.sample + identifiers.responses) | unique | join("', '") }}'
        )

    {%- for file_kind, columns in identifiers.items() %}
    {%- for column in columns %}

    union all

    select
        edition,
        '{{ file_kind }}' as file_kind,
        '{{ column }}' as column_name,
        coalesce({{ column }}, '') as cell_text

    from {{ ref('raw_' ~ file_kind) }}

    where rule_id is null
    {%- endfor %}
    {%- endfor %}

),

files as (

    select * from {{ ref('raw_files') }}

),

columns_expected as (

    select * from {{ ref('int_raw_columns') }}

),

headers as (

    select distinct
        edition,
        file_kind,
        unnest(column_names) as column_name

    from files

),

final as (

    select
        cells.edition,
        cells.file_kind,
        cells.column_name,
        cells.cell_text

    from cells

    inner join headers
        on
            cells.edition = headers.edition
            and cells.file_kind = headers.file_kind
            and cells.column_name = headers.column_name

    inner join columns_expected
        on
            cells.edition = columns_expected.edition
            and cells.file_kind = columns_expected.file_kind
            and cells.column_name = columns_expected.column_name

)

select * from final
