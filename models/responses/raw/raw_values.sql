/*
The distinct values of each column of the raw files: few are judged for many cells.

Grain: one row per edition × kind of file × column that is expected and that the header names
× value.
*/
with

cells as (

    select distinct
        edition,
        file_kind,
        column_name,
        cell_text

    from {{ ref('raw_cells') }}

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
