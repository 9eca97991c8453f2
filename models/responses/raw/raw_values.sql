/*
The values of each column of the raw files: few are judged for many cells.

Grain: one row per edition × kind of file × column that is expected and that the header names
× value. What identifies a row, which nearly every row has another of, comes once a row.
*/
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
            'response_id', 'invited_enterprise_number', 'enterprise_number', 'submitted_at'
        )

    union all

    select
        edition,
        'sample' as file_kind,
        'enterprise_number' as column_name,
        coalesce(enterprise_number, '') as cell_text

    from {{ ref('raw_sample') }}

    where rule_id is null

    union all

    select
        edition,
        'responses' as file_kind,
        'response_id' as column_name,
        coalesce(response_id, '') as cell_text

    from {{ ref('raw_responses') }}

    where rule_id is null

    union all

    select
        edition,
        'responses' as file_kind,
        'invited_enterprise_number' as column_name,
        coalesce(invited_enterprise_number, '') as cell_text

    from {{ ref('raw_responses') }}

    where rule_id is null

    union all

    select
        edition,
        'responses' as file_kind,
        'enterprise_number' as column_name,
        coalesce(enterprise_number, '') as cell_text

    from {{ ref('raw_responses') }}

    where rule_id is null

    union all

    select
        edition,
        'responses' as file_kind,
        'submitted_at' as column_name,
        coalesce(submitted_at, '') as cell_text

    from {{ ref('raw_responses') }}

    where rule_id is null

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
