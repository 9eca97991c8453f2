-- Every column of a response file is a question of its edition, and every question has
-- an answer somewhere. A failure names a column that is unknown, missing or misspelt.
with

columns_found as (

    select
        edition,
        column_name,
        any_value(file_name) as file_name
    from {{ ref('stg_answers') }}
    group by all

),

files as (

    select distinct
        edition,
        file_name
    from {{ ref('stg_responses') }}

)

select
    columns_found.file_name || ', line 1: found column ' || columns_found.column_name
    || '; expected a column of seeds/reference/questions.csv for edition '
    || columns_found.edition as message
from columns_found
left join {{ ref('questions') }} as questions
    on
        columns_found.edition = questions.edition
        and columns_found.column_name = questions.column_name
where questions.column_name is null

union all

select
    files.file_name || ', line 1: found no answer in a column ' || questions.column_name
    || '; expected one, for question ' || questions.question_id as message
from {{ ref('questions') }} as questions
inner join files
    on questions.edition = files.edition
left join columns_found
    on
        questions.edition = columns_found.edition
        and questions.column_name = columns_found.column_name
where columns_found.column_name is null
