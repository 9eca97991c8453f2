-- Every answer is one of the codes that its question takes in that edition.
select
    answers.file_name || ', line ' || answers.line_number || ', column '
    || answers.column_name || ': found ''' || answers.answer_text || '''; expected one of '
    || asked.answer_codes as message
from {{ ref('stg_answers') }} as answers
inner join {{ ref('int_questions_asked') }} as asked
    on
        answers.edition = asked.edition
        and answers.column_name = asked.column_name
where
    answers.answer_code is null
    or not list_contains(
        string_split(asked.answer_codes, '|')::utinyint[], answers.answer_code
    )
order by answers.file_name, answers.line_number
