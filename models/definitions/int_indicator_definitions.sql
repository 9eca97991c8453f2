/*
What each indicator measures in each edition, as text that can be compared.

Grain: one row per edition × indicator × base: the definition of its question, the base that
the question is put to, and the base of the percentage. An edition that lacks one of
the questions of a base does not have that base, nor its indicators.
*/
with

indicators as (

    select * from {{ ref('int_indicators_offered') }}

),

hit_codes as (

    select
        indicator_id,
        base_id,
        string_agg(
            answer_code || if(is_share, '', ' as ' || answer_value), '|' order by answer_code
        ) as hit_codes

    from {{ ref('int_indicator_codes') }}

    group by indicator_id, base_id

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
        indicators.edition,
        indicators.indicator_id,
        indicators.base_id,
        questions.definition || ' is ' || hit_codes.hit_codes || '; asked of '
        || asked_of.definition || '; percentage of ' || percentage_of.definition
            as definition

    from indicators

    inner join hit_codes
        on
            indicators.indicator_id = hit_codes.indicator_id
            and indicators.base_id = hit_codes.base_id

    inner join questions
        on
            indicators.edition = questions.edition
            and indicators.question_id = questions.question_id

    inner join base_definitions as asked_of
        on
            indicators.edition = asked_of.edition
            and indicators.question_base_id = asked_of.base_id

    inner join base_definitions as percentage_of
        on
            indicators.edition = percentage_of.edition
            and indicators.base_id = percentage_of.base_id

)

select * from final
