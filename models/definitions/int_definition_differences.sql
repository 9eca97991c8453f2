/*
The questions that make an indicator another one than in an earlier edition.

Grain: one row per pair of editions × indicator and base that both define otherwise × question
that differs: one that the indicator rests on, at any distance, in one of them alone, that has
other codes, or that is put to others.
*/
with

definitions as (

    select * from {{ ref('int_indicator_definitions') }}

),

uses as (

    select
        *,
        string_split(used_by_id, '|')[1] as indicator_id,
        string_split(used_by_id, '|')[2] as base_id

    from {{ ref('lin_question_uses') }}

    where used_by_kind = 'indicator'

),

asked as (

    select * from {{ ref('int_questions_asked') }}

),

questions as (

    select * from {{ ref('int_question_definitions') }}

),

redefined as (

    select
        later.edition,
        previous.edition as previous_edition,
        later.indicator_id,
        later.base_id

    from definitions as later

    inner join definitions as previous
        on
            later.edition > previous.edition
            and later.indicator_id = previous.indicator_id
            and later.base_id = previous.base_id
            and later.definition != previous.definition

),

questions_used as (

    select
        uses.edition,
        uses.indicator_id,
        uses.base_id,
        uses.question_id,
        asked.base_id as asked_of,
        questions.definition

    from uses

    inner join asked
        on
            uses.edition = asked.edition
            and uses.question_id = asked.question_id

    inner join questions
        on
            uses.edition = questions.edition
            and uses.question_id = questions.question_id

),

questions_later as (

    select
        redefined.*,
        questions_used.question_id,
        questions_used.asked_of,
        questions_used.definition

    from redefined

    inner join questions_used
        on
            redefined.edition = questions_used.edition
            and redefined.indicator_id = questions_used.indicator_id
            and redefined.base_id = questions_used.base_id

),

questions_previous as (

    select
        redefined.*,
        questions_used.question_id,
        questions_used.asked_of,
        questions_used.definition

    from redefined

    inner join questions_used
        on
            redefined.previous_edition = questions_used.edition
            and redefined.indicator_id = questions_used.indicator_id
            and redefined.base_id = questions_used.base_id

),

compared as (

    select
        coalesce(later.edition, previous.edition) as edition,
        coalesce(later.previous_edition, previous.previous_edition) as previous_edition,
        coalesce(later.indicator_id, previous.indicator_id) as indicator_id,
        coalesce(later.base_id, previous.base_id) as base_id,
        coalesce(later.question_id, previous.question_id) as question_id,
        case
            when previous.question_id is null then 'added'
            when later.question_id is null then 'dropped'
            when later.definition != previous.definition then 'other_codes'
            when later.asked_of != previous.asked_of then 'asked_of_others'
        end as difference

    from questions_later as later

    full outer join questions_previous as previous
        on
            later.edition = previous.edition
            and later.previous_edition = previous.previous_edition
            and later.indicator_id = previous.indicator_id
            and later.base_id = previous.base_id
            and later.question_id = previous.question_id

),

final as (

    select *

    from compared

    where difference is not null

)

select * from final
