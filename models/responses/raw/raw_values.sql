/*
The values of each column of the raw files: few are judged for many cells.

Grain: one row per edition × kind of file × column of any edition × value. Columns that identify
a row, which nearly every row has another value of, are left out.
*/
with

final as (

    select distinct
        edition,
        file_kind,
        column_name,
        cell_text

    from {{ ref('raw_cells') }}

    where not is_identifier

)

select * from final
