/*
What each indicator measures in each edition, as text that can be compared.

Grain: one row per edition × indicator × base: the definition of its question, the base that
the question is put to, and the base that the percentage is of. An edition that lacks one of
the questions of a base does not have that base, nor its indicators.
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

editions as (

    select distinct edition from questions

),

base_definitions as (

    select
        editions.edition,
        conditions.base_id,
        coalesce(
            string_agg(
                questions.definition || ' = ' || conditions.answer_code,
                ' and '
                order by questions.question_id
            ),
            'everybody'
        ) as definition

    from conditions

    cross join editions

    left join questions
        on
            editions.edition = questions.edition
            and conditions.question_number = questions.question_number

    group by editions.edition, conditions.base_id, conditions.condition_count
    having count(questions.question_number) = conditions.condition_count

),

final as (

    select
        question_bases.edition,
        indicators.indicator_id,
        indicators.base_id,
        questions.definition || ' is ' || indicators.hit_codes || '; asked of '
        || asked_of.definition || '; percentage of ' || percentage_of.definition
            as definition

    from indicators

    inner join question_bases
        on
            indicators.question_id = question_bases.question_id
            and {{ is_offered('indicators.hit_codes', 'question_bases.answer_codes') }}

    inner join questions
        on
            question_bases.edition = questions.edition
            and question_bases.question_id = questions.question_id

    inner join base_definitions as asked_of
        on
            question_bases.edition = asked_of.edition
            and question_bases.base_id = asked_of.base_id

    inner join base_definitions as percentage_of
        on
            question_bases.edition = percentage_of.edition
            and indicators.base_id = percentage_of.base_id

)

select * from final
