/*
What each definition of the survey rests on, one step at a time.

Grain: one row per edition × definition × definition that rests on it. A definition is a
question (asked or derived), a base, an indicator of a base, or a table or figure.
is_required says whether the second goes when the first goes; otherwise it stays, defined
on less.
*/
with

questions as (

    select * from {{ ref('int_question_bases') }}

),

derived as (

    select * from {{ ref('int_questions_derived') }}

),

derived_questions as (

    select * from {{ ref('derived_questions') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

exhibits as (

    select * from {{ ref('int_indicator_exhibits') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

inputs_of_derived_questions as (

    select
        derived.edition,
        'question' as kind,
        inputs.question_id as id,
        'question' as used_by_kind,
        derived.question_id as used_by_id,
        derived_questions.input_block_id is null as is_required

    from derived

    inner join derived_questions
        on derived.question_id = derived_questions.question_id

    inner join questions as inputs
        on
            derived.edition = inputs.edition
            and derived.input_question_number = inputs.question_number

),

questions_of_bases as (

    select
        questions.edition,
        'question' as kind,
        questions.question_id as id,
        'base' as used_by_kind,
        conditions.base_id as used_by_id,
        true as is_required

    from conditions

    inner join questions
        on conditions.question_id = questions.question_id

),

bases_of_questions as (

    select
        edition,
        'base' as kind,
        base_id as id,
        'question' as used_by_kind,
        question_id as used_by_id,
        true as is_required

    from questions

),

questions_of_indicators as (

    select
        questions.edition,
        'question' as kind,
        questions.question_id as id,
        'indicator' as used_by_kind,
        indicators.indicator_id || '|' || indicators.base_id as used_by_id,
        true as is_required

    from indicators

    inner join questions
        on indicators.question_id = questions.question_id

),

bases_of_indicators as (

    select
        questions.edition,
        'base' as kind,
        indicators.base_id as id,
        'indicator' as used_by_kind,
        indicators.indicator_id || '|' || indicators.base_id as used_by_id,
        true as is_required

    from indicators

    inner join questions
        on indicators.question_id = questions.question_id

),

indicators_of_exhibits as (

    select
        questions.edition,
        'indicator' as kind,
        exhibits.indicator_id || '|' || exhibits.base_id as id,
        'exhibit' as used_by_kind,
        exhibits.exhibit as used_by_id,
        false as is_required

    from exhibits

    inner join questions
        on exhibits.question_id = questions.question_id

),

final as (

    select * from inputs_of_derived_questions
    union all
    select * from questions_of_bases
    union all
    select * from bases_of_questions
    union all
    select * from questions_of_indicators
    union all
    select * from bases_of_indicators
    union all
    select * from indicators_of_exhibits

)

select * from final
