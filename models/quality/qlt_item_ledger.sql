/*
The ledger of item non-response: what became of each question in the usable responses.

Grain: one row per edition × question asked.
    usable = asked + routed out
    asked  = reported + imputed at each level + missing
An answer given outside the route counts as routed out; reported_outside_count says how many
of those there are. missing_count must be 0.
*/
with

items as (

    select * from {{ ref('int_item_counts') }}

),

asked as (

    select * from {{ ref('int_questions_asked') }}

),

final as (

    select
        asked.edition,
        asked.question_id,
        asked.block_id,
        sum(items.usable_count)::integer as usable_count,
        sum(items.usable_count - items.asked_count)::integer as routed_out_count,
        sum(items.answered_outside_count)::integer as reported_outside_count,
        sum(items.asked_count)::integer as asked_count,
        sum(
            items.answered_count - items.imputed_level_1_count - items.imputed_level_2_count
            - items.imputed_level_3_count
        )::integer as reported_count,
        sum(items.imputed_level_1_count)::integer as imputed_level_1_count,
        sum(items.imputed_level_2_count)::integer as imputed_level_2_count,
        sum(items.imputed_level_3_count)::integer as imputed_level_3_count,
        sum(items.asked_count - items.answered_count)::integer as missing_count

    from asked

    inner join items
        on
            asked.edition = items.edition
            and asked.question_number = items.question_number

    group by asked.edition, asked.question_id, asked.block_id

)

select * from final
