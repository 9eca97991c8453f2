-- No question has the name of a fixed column of the responses in its edition, or of what is noted
-- of each row beside its values (barometer/inputs/input_files.py).
select
    'seeds/reference/questions.csv, edition ' || questions.edition || ', column column_name: found '
    || questions.column_name || '; expected a name that no other column of a raw row has' as message
from {{ ref('questions') }} as questions
left join {{ ref('raw_columns') }} as fixed
    on
        fixed.file_kind = 'responses'
        and questions.column_name = fixed.column_name
        and {{ in_force('fixed', 'questions.edition') }}
where
    fixed.column_name is not null
    or questions.column_name in (
        'edition', 'file_name', 'line_number', 'rule_id', 'found', 'expected'
    )
