/*
Every cell of the raw files, one below the other.

Grain: one row per edition × kind of file × line × column of any edition. An empty cell is an
empty text: `unpivot` would leave a null out. Rows that cannot be read have no cells.
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

final as (

    select
        'sample' as file_kind,
        *

    from sample_cells

    union all by name

    select
        'responses' as file_kind,
        *

    from response_cells

)

select * from final
