/*
Answers as reported, in long form.

Grain: one row per edition × questionnaire × raw column with an answer; an empty cell
has no row.
*/
-- depends_on: {{ ref('chk_input_findings') }}
with

answers as (

    select *
    from {{ ref('raw_cells') }}
    where
        value_kind = 'answer'
        and cell_text != ''

),

final as (

    select
        edition,
        file_name,
        line_number,
        column_name,
        cell_text as answer_text,
        try_cast(cell_text as utinyint) as answer_code

    from answers

)

select * from final
