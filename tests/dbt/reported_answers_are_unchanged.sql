-- What a usable response reported stands in fct_answers as it stands in the raw file,
-- unless its question was not asked.
select
    raw.file_name || ', line ' || raw.line_number || ', column ' || raw.column_name
    || ': found ' || coalesce(marts.answer_code::varchar, 'no answer')
    || ' in fct_answers; expected the reported ' || raw.answer_code as message
from {{ ref('stg_answers') }} as raw
inner join {{ ref('int_responses_classified') }} as responses
    on
        raw.edition = responses.edition
        and raw.line_number = responses.line_number
inner join {{ ref('questions') }} as questions
    on
        raw.edition = questions.edition
        and raw.column_name = questions.column_name
left join {{ ref('fct_answers') }} as marts
    on
        responses.edition = marts.edition
        and responses.response_key = marts.response_key
        and questions.question_id = marts.question_id
where
    responses.is_usable
    and (
        marts.answer_code != raw.answer_code
        or marts.reported_answer_code != raw.answer_code
        or marts.is_imputed
    )
