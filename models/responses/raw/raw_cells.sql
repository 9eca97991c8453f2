/*
Every cell of the raw files, one below the other.

Grain: one row per edition × kind of file × line × column of any edition. An empty cell is an
empty text: `unpivot` would leave a null out. Rows that cannot be read have no cells. What
identifies a row, so that nearly every row has another, is apart from the rest: a query of one
of the four parts reads no other.
*/
{{ config(materialized='view') }}
with

sample_identifiers as (

    select
        edition,
        file_name,
        line_number,
        coalesce(enterprise_number, '') as enterprise_number

    from {{ ref('raw_sample') }}

    where rule_id is null

),

sample_values as (

    select
        edition,
        file_name,
        line_number,
        coalesce(
            columns(
                * exclude (
                    edition, file_name, line_number, rule_id, found, expected,
                    enterprise_number
                )
            ),
            ''
        )

    from {{ ref('raw_sample') }}

    where rule_id is null

),

responses_identifiers as (

    select
        edition,
        file_name,
        line_number,
        coalesce(response_id, '') as response_id,
        coalesce(invited_enterprise_number, '') as invited_enterprise_number,
        coalesce(enterprise_number, '') as enterprise_number,
        coalesce(submitted_at, '') as submitted_at

    from {{ ref('raw_responses') }}

    where rule_id is null

),

responses_values as (

    select
        edition,
        file_name,
        line_number,
        coalesce(
            columns(
                * exclude (
                    edition, file_name, line_number, rule_id, found, expected, response_id,
                    invited_enterprise_number, enterprise_number, submitted_at
                )
            ),
            ''
        )

    from {{ ref('raw_responses') }}

    where rule_id is null

),

sample_identifier_cells as (

    select *
    from sample_identifiers
    unpivot (
        cell_text for column_name in (columns(* exclude (edition, file_name, line_number)))
    )

),

sample_value_cells as (

    select *
    from sample_values
    unpivot (
        cell_text for column_name in (columns(* exclude (edition, file_name, line_number)))
    )

),

responses_identifier_cells as (

    select *
    from responses_identifiers
    unpivot (
        cell_text for column_name in (columns(* exclude (edition, file_name, line_number)))
    )

),

responses_value_cells as (

    select *
    from responses_values
    unpivot (
        cell_text for column_name in (columns(* exclude (edition, file_name, line_number)))
    )

),

final as (

    select
        'sample' as file_kind,
        true as is_identifier,
        edition,
        file_name,
        line_number,
        column_name,
        cell_text

    from sample_identifier_cells

    union all

    select
        'sample' as file_kind,
        false as is_identifier,
        edition,
        file_name,
        line_number,
        column_name,
        cell_text

    from sample_value_cells

    union all

    select
        'responses' as file_kind,
        true as is_identifier,
        edition,
        file_name,
        line_number,
        column_name,
        cell_text

    from responses_identifier_cells

    union all

    select
        'responses' as file_kind,
        false as is_identifier,
        edition,
        file_name,
        line_number,
        column_name,
        cell_text

    from responses_value_cells

)

select * from final
