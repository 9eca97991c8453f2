/*
What breaks when a question is dropped: everything that rests on it, at any distance.

Grain: one row per edition × question asked × definition that rests on it.
Steps:
    1) The definitions that rest on the question, at any distance (lin_question_uses).
    2) Each indicator is a part of the tables and figures that print it (the links, and the
       seed figures, which knows those that compare editions): a column, a bar, a number.
    3) A table or figure is lost with its last part, reduced when it loses some of them.
*/
with

asked as (

    select * from {{ ref('int_questions_asked') }}

),

links as (

    select * from {{ ref('lin_dependencies') }}

),

uses as (

    select * from {{ ref('lin_question_uses') }}

),

figures as (

    select * from {{ ref('figures') }}

),

definitions as (

    select
        edition,
        question_id,
        used_by_kind,
        used_by_id,
        if(is_lost, 'lost', 'redefined') as consequence

    from uses

    where (used_by_kind, used_by_id) != ('question', question_id)

),

parts as (

    select
        edition,
        used_by_id as exhibit_id,
        id as indicator

    from links

    where used_by_kind = 'exhibit'

    union

    select
        links.edition,
        figures.figure as exhibit_id,
        links.used_by_id as indicator

    from figures

    inner join links
        on
            links.used_by_kind = 'indicator'
            and links.used_by_id = figures.indicator_id || '|' || figures.base_id

),

part_counts as (

    select
        edition,
        exhibit_id,
        count(*) as part_count

    from parts

    group by all

),

parts_touched as (

    select
        definitions.edition,
        definitions.question_id,
        parts.exhibit_id,
        parts.exhibit_id || '|' || parts.indicator as part_id,
        definitions.consequence

    from definitions

    inner join parts
        on
            definitions.edition = parts.edition
            and definitions.used_by_kind = 'indicator'
            and definitions.used_by_id = parts.indicator

),

exhibits_touched as (

    select
        parts_touched.edition,
        parts_touched.question_id,
        parts_touched.exhibit_id,
        case count_if(parts_touched.consequence = 'lost')
            when 0 then 'redefined'
            when part_counts.part_count then 'lost'
            else 'reduced'
        end as consequence

    from parts_touched

    inner join part_counts
        on
            parts_touched.edition = part_counts.edition
            and parts_touched.exhibit_id = part_counts.exhibit_id

    group by
        parts_touched.edition, parts_touched.question_id, parts_touched.exhibit_id,
        part_counts.part_count

),

touched as (

    select * from definitions
    union all
    select
        edition,
        question_id,
        'part' as used_by_kind,
        part_id as used_by_id,
        consequence

    from parts_touched

    union all
    select
        edition,
        question_id,
        'exhibit' as used_by_kind,
        exhibit_id as used_by_id,
        consequence

    from exhibits_touched

),

final as (

    select
        asked.edition,
        asked.question_id,
        asked.column_name,
        touched.used_by_kind,
        touched.used_by_id,
        touched.consequence

    from touched

    inner join asked
        on
            touched.edition = asked.edition
            and touched.question_id = asked.question_id

)

select * from final
