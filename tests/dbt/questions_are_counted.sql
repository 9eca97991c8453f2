-- Every question of an edition has an indicator of its own. The answers to one without are asked,
-- imputed and in the microdata, and shown nowhere; at most they count, with others, in what is
-- derived from their block. That can be meant: a warning.
{{ config(severity = 'warn') }}
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

indicators as (

    select distinct question_id from {{ ref('indicators') }}

),

final as (

    select
        'seeds/reference/questions.csv, edition ' || asked.edition || ', column '
        || asked.column_name || ': found question ' || asked.question_id
        || ' without an indicator of its own; expected a row with it in indicators.csv: without '
        || 'one no table or figure shows it' as message

    from asked

    left join indicators
        on asked.question_id = indicators.question_id

    where indicators.question_id is null
    order by asked.edition, asked.column_name

)

select * from final
