/*
Groups of estimates whose base the answers of another group decide: its counts are the answer.

Grain: one row per edition × group of everybody that decides × base and group that is decided.
*/
with

groups as (

    select distinct
        edition,
        base_id,
        group_id

    from {{ ref('int_indicator_suppression_groups') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

question_groups as (

    select * from {{ ref('int_question_groups') }}

),

final as (

    select distinct
        deciding.edition,
        deciding.base_id as deciding_base_id,
        deciding.group_id as deciding_group_id,
        groups.base_id,
        groups.group_id

    from groups as deciding

    inner join conditions as everybody
        on
            deciding.base_id = everybody.base_id
            and everybody.condition_count = 0

    inner join question_groups
        on
            deciding.edition = question_groups.edition
            and deciding.group_id = question_groups.group_id

    inner join conditions
        on question_groups.question_number = conditions.question_number

    inner join groups
        on
            deciding.edition = groups.edition
            and conditions.base_id = groups.base_id

)

select * from final
