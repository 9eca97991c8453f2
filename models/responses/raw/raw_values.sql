/*
The values of each column of the raw files: few are judged for many cells.

Grain: one row per edition × kind of file × column that is expected and that the header names
× value. What identifies a row, which nearly every row has another of, comes once a row.
*/
with

found_values as (

    select distinct
        edition,
        file_kind,
        is_identifier,
        column_name,
        cell_text

    from {{ ref('raw_cells') }}

    where not is_identifier

    union all

    select
        edition,
        file_kind,
        is_identifier,
        column_name,
        cell_text

    from {{ ref('raw_cells') }}

    where is_identifier

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
        found_values.edition,
        found_values.file_kind,
        found_values.is_identifier,
        found_values.column_name,
        found_values.cell_text

    from found_values

    inner join headers
        on
            found_values.edition = headers.edition
            and found_values.file_kind = headers.file_kind
            and found_values.column_name = headers.column_name

    inner join columns_expected
        on
            found_values.edition = columns_expected.edition
            and found_values.file_kind = columns_expected.file_kind
            and found_values.column_name = columns_expected.column_name

)

select * from final
