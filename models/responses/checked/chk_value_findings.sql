/*
Cells of the raw files whose value breaks a rule of its kind.

Grain: one row per finding: edition × file × line × column with a value that is not allowed.
Method: few values are judged for many cells; here are the cells that hold one at fault.
*/
with

faulty_values as (

    select * from {{ ref('raw_faulty_values') }}

),

cells_at_fault as (

    -- Part by part: one without a value at fault is not read.
    {{ cells_with('faulty_values', 'sample', 'true') | indent(4) }}

    union all

    {{ cells_with('faulty_values', 'sample', 'false') | indent(4) }}

    union all

    {{ cells_with('faulty_values', 'responses', 'true') | indent(4) }}

    union all

    {{ cells_with('faulty_values', 'responses', 'false') | indent(4) }}

),

final as (

    select
        rule_id,
        edition,
        file_name,
        line_number,
        column_name,
        if(
            rule_id = 'label_unknown',
            {{ label_described('substr(cell_text, 2)') }},
            {{ described('cell_text', 'value_kind', 'sensitivity') }}
        ) as found,
        expected

    from cells_at_fault

)

select * from final
