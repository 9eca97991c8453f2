-- Every indicator and base counts a question that is asked or derived, and codes that it can
-- have; every question has codes, every value of a code is a whole number, and every code on
-- offer has a label and room in a byte, whose last value means no answer. A slip of the pen would
-- count nobody, and say nothing. It reads the lists as they are written: what is no code is gone
-- once they are split.
with

asked as (

    select * from {{ ref('questions') }}

),

derived as (

    select question_id from {{ ref('derived_questions') }}

),

labelled as (

    select * from {{ ref('answer_codes') }}

),

known as (

    select question_id
    from asked

    union

    select question_id
    from derived

),

wanted as (

    select
        'indicators.csv, indicator ' || indicator_id as place,
        question_id,
        unnest(string_split(hit_codes, '|')) as answer_code

    from {{ ref('indicators') }}

    union all

    select
        'bases.csv, base ' || base_id as place,
        unnest(string_split(question_ids, '|')) as question_id,
        unnest(string_split(answer_codes, '|')) as answer_code

    from {{ ref('bases') }}

    where question_ids is not null

    union all

    select
        'questions.csv, edition ' || edition || ', column ' || column_name as place,
        question_id,
        unnest(string_split(answer_codes, '|')) as answer_code

    from asked

    union all

    select
        'answer_codes.csv' as place,
        question_id,
        answer_code::varchar as answer_code

    from labelled

)

select distinct
    'seeds/reference/' || wanted.place || case
        when known.question_id is null
            then
                ', column question_id: found ' || wanted.question_id
                || '; expected a question of questions.csv or derived_questions.csv'
        else
            ': found code ' || wanted.answer_code || ' of question ' || wanted.question_id
            || '; expected a code that answer_codes.csv has for it'
    end as message

from wanted

left join known
    on wanted.question_id = known.question_id

left join derived
    on wanted.question_id = derived.question_id

left join labelled
    on
        wanted.question_id = labelled.question_id
        and wanted.answer_code = labelled.answer_code::varchar

where
    known.question_id is null
    or (derived.question_id is null and labelled.question_id is null)

union all

select
    'seeds/reference/questions.csv, edition ' || edition || ', column ' || column_name
    || ', column answer_codes: found none; expected codes, separated by |' as message
from asked
where answer_codes is null

union all

select
    'seeds/reference/indicators.csv, indicator ' || indicator_id || ', base ' || base_id
    || ', column answer_values: found ' || answer_values
    || '; expected a whole number for each code of hit_codes, separated by |' as message
from {{ ref('indicators') }}
where
    len(string_split(answer_values, '|')) != len(string_split(hit_codes, '|'))
    or not regexp_full_match(answer_values, '-?[0-9]{1,4}([|]-?[0-9]{1,4})*')

union all

select
    'seeds/reference/answer_codes.csv, question ' || question_id
    || ', column answer_code: found 255; expected 254 or less' as message
from labelled
where answer_code = 255
