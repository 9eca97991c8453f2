/*
Answers as reported, in long form.

Grain: one row per edition × questionnaire × raw column with an answer; an empty cell
has no row.
*/
with

raw_answers as (

    {{ raw_rows(
        'responses',
        'column_name, answer_text',
        unpivot_except=[
            'response_id', 'invited_enterprise_number', 'enterprise_number',
            'submitted_at', 'response_channel',
        ],
    ) }}

),

final as (

    select
        raw_answers.edition,
        raw_answers.file_name,
        raw_answers.line_number,
        raw_answers.column_name,
        raw_answers.answer_text,
        try_cast(raw_answers.answer_text as utinyint) as answer_code

    from raw_answers

)

select * from final
