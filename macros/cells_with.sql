{#-
The cells of one part of the raw files that hold one of the values given, with what is given of it.

Arguments:
    found (string): a CTE with edition, file_kind, is_identifier, column_name and cell_text.
    file_kind (string): the kind of file.
    is_identifier (string): `true` for the columns that identify a row, `false` for the others.
-#}
{% macro cells_with(found, file_kind, is_identifier) -%}
    select
        found.*,
        cells.file_name,
        cells.line_number

    from {{ ref('raw_cells') }} as cells

    inner join {{ found }} as found
        on
            cells.edition = found.edition
            and cells.column_name = found.column_name
            and cells.cell_text = found.cell_text

    where
        cells.file_kind = '{{ file_kind }}'
        and cells.is_identifier = {{ is_identifier }}
        and found.file_kind = '{{ file_kind }}'
        and found.is_identifier = {{ is_identifier }}
{%- endmacro %}
