/*
What breaks when a question is dropped: everything that rests on it, at any distance.

Grain: one row per edition × question asked × definition that rests on it.
Method: the links of int_definition_links, followed from the question. A definition is lost
when some way to it carries the loss all along; otherwise it stays, redefined on less.
*/
with recursive

asked as (

    select * from {{ ref('int_questions_asked') }}

),

links as (

    select * from {{ ref('int_definition_links') }}

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
        uses.is_lost and links.carries_loss as is_lost

    from uses

    inner join links
        on
            uses.edition = links.edition
            and uses.used_by_kind = links.kind
            and uses.used_by_id = links.id

),

final as (

    select
        asked.edition,
        asked.question_id,
        asked.column_name,
        uses.used_by_kind,
        uses.used_by_id,
        if(bool_or(uses.is_lost), 'lost', 'redefined') as consequence

    from uses

    inner join asked
        on
            uses.edition = asked.edition
            and uses.question_id = asked.question_id

    where (uses.used_by_kind, uses.used_by_id) != ('question', uses.question_id)
    group by all

)

select * from final
