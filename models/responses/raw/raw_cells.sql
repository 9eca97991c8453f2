/*
Every cell of the raw files, one below the other.

Grain: one row per edition × kind of file × line × column of any edition. An empty cell is an
empty text: `unpivot` would leave a null out. Rows that cannot be read have no cells. The cells
of questions are apart from the others, so that a query of some reads no more than these.
*/
{{ config(materialized='view') }}
with

sample_texts as (

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

fixed_texts as (

    select
        edition,
        file_name,
        line_number,
        coalesce(response_id, '') as response_id,
        coalesce(invited_enterprise_number, '') as invited_enterprise_number,
        coalesce(enterprise_number, '') as enterprise_number,
        coalesce(submitted_at, '') as submitted_at,
        coalesce(response_channel, '') as response_channel

    from {{ ref('raw_responses') }}

    where rule_id is null

),

answer_texts as (

    select
        edition,
        file_name,
        line_number,
        coalesce(
            columns(
                * exclude (
                    edition, file_name, line_number, rule_id, found, expected, response_id,
                    invited_enterprise_number, enterprise_number, submitted_at,
                    response_channel
                )
            ),
            ''
        )

    from {{ ref('raw_responses') }}

    where rule_id is null

),

sample_cells as (

    unpivot sample_texts
    on columns(* exclude (edition, file_name, line_number))
    into name column_name value cell_text

),

fixed_cells as (

    unpivot fixed_texts
    on columns(* exclude (edition, file_name, line_number))
    into name column_name value cell_text

),

answer_cells as (

    unpivot answer_texts
    on columns(* exclude (edition, file_name, line_number))
    into name column_name value cell_text

),

final as (

    select
        'sample' as file_kind,
        false as is_answer,
        edition,
        file_name,
        line_number,
        column_name,
        cell_text

    from sample_cells

    union all

    select
        'responses' as file_kind,
        false as is_answer,
        edition,
        file_name,
        line_number,
        column_name,
        cell_text

    from fixed_cells

    union all

    select
        'responses' as file_kind,
        true as is_answer,
        edition,
        file_name,
        line_number,
        column_name,
        cell_text

    from answer_cells

)

select * from final
