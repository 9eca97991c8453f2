/*
Every definition that rests on a question, at any distance.

Grain: one row per edition × question asked × definition that rests on it, itself included.
Method: the links of lin_dependencies, followed from the question, but those to tables and
figures. A definition is lost with the question when some way to it carries the loss all along;
otherwise it stays, redefined on less.
*/
with recursive

asked as (

    select * from {{ ref('int_questions_asked') }}

),

links as (

    select * from {{ ref('lin_dependencies') }}

),

uses as (

    select
        edition,
        question_id,
        'question' as used_by_kind,
        question_id as used_by_id,
        true as is_lost

    from asked

    union

    select
        uses.edition,
        uses.question_id,
        links.used_by_kind,
        links.used_by_id,
        uses.is_lost and links.is_required as is_lost

    from uses

    inner join links
        on
            uses.edition = links.edition
            and uses.used_by_kind = links.kind
            and uses.used_by_id = links.id
            and links.used_by_kind != 'exhibit'

),

final as (

    select
        edition,
        question_id,
        used_by_kind,
        used_by_id,
        bool_or(is_lost) as is_lost

    from uses

    group by edition, question_id, used_by_kind, used_by_id

)

select * from final
