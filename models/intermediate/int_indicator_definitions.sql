/*
What each indicator measures in each edition, as text that can be compared.

Grain: one row per edition × indicator × base: the definition of its question, the base that
the question is put to, and the base that the percentage is of.
*/
with

indicators as (

    select * from {{ ref('indicators') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

questions as (

    select * from {{ ref('int_question_definitions') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

base_definitions as (

    select
        questions.edition,
        conditions.base_id,
        string_agg(
            questions.definition || ' = ' || conditions.answer_code,
            ' and '
            order by questions.question_id
        ) as definition

    from conditions

    inner join questions
        on conditions.question_number = questions.question_number

    group by questions.edition, conditions.base_id

),

final as (

    select
        question_bases.edition,
        indicators.indicator_id,
        indicators.base_id,
        questions.definition || ' is ' || indicators.hit_codes || '; asked of '
        || coalesce(asked_of.definition, 'everybody') || '; percentage of '
        || coalesce(percentage_of.definition, 'everybody') as definition

    from indicators

    inner join question_bases
        on indicators.question_id = question_bases.question_id

    inner join questions
        on
            question_bases.edition = questions.edition
            and question_bases.question_id = questions.question_id

    left join base_definitions as asked_of
        on
            question_bases.edition = asked_of.edition
            and question_bases.base_id = asked_of.base_id

    left join base_definitions as percentage_of
        on
            question_bases.edition = percentage_of.edition
            and indicators.base_id = percentage_of.base_id

)

select * from final
