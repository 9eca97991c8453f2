/*
Every cell of the raw files, one below the other.

Grain: one row per edition × entity × line × column that the header of the file names and
that is expected of it. An empty cell is an empty text: `unpivot` would leave a null out.
Rows that cannot be read have no cells.
*/
{{ config(materialized='view') }}
with

sample as (

    select
        edition,
        file_name,
        line_number,
        coalesce(
            columns(* exclude (edition, file_name, line_number, rule_id, found, expected)), ''
        )

    from {{ ref('raw_sample') }}

    where rule_id is null

),

responses as (

    select
        edition,
        file_name,
        line_number,
        coalesce(
            columns(* exclude (edition, file_name, line_number, rule_id, found, expected)), ''
        )

    from {{ ref('raw_responses') }}

    where rule_id is null

),

files as (

    select * from {{ ref('raw_files') }}

),

columns_expected as (

    select * from {{ ref('int_raw_columns') }}

),

sample_cells as (

    unpivot sample
    on columns(* exclude (edition, file_name, line_number))
    into name column_name value cell_text

),

response_cells as (

    unpivot responses
    on columns(* exclude (edition, file_name, line_number))
    into name column_name value cell_text

),

cells as (

    select
        'sample' as entity,
        *

    from sample_cells

    union all by name

    select
        'responses' as entity,
        *

    from response_cells

),

headers as (

    select distinct
        edition,
        entity,
        unnest(column_names) as column_name

    from files

),

final as (

    select
        cells.edition,
        cells.entity,
        cells.file_name,
        cells.line_number,
        cells.column_name,
        columns_expected.value_kind,
        cells.cell_text

    from cells

    inner join headers
        on
            cells.edition = headers.edition
            and cells.entity = headers.entity
            and cells.column_name = headers.column_name

    inner join columns_expected
        on
            cells.edition = columns_expected.edition
            and cells.entity = columns_expected.entity
            and cells.column_name = columns_expected.column_name

)

select * from final
