/*
Answers that the published hot deck fills in.

Grain: one row per edition × recipient × question imputed.
*/
with

filled as (

    select *
    from {{ ref('int_patterns_imputed') }}
    where replicate = 0

),

reported as (

    select * from {{ ref('int_patterns_reported') }}

),

slots as (

    select * from {{ ref('int_question_slots') }}

),

final as (

    select
        filled.edition,
        filled.line_number,
        slots.question_number,
        filled.block_number,
        (((filled.pattern >> slots.slot_shift) & slots.slot_mask) - 1)::utinyint
            as answer_code,
        filled.donor_line_number,
        filled.class_code,
        filled.imputation_level,
        filled.donor_distance

    from filled

    inner join reported
        on
            filled.edition = reported.edition
            and filled.line_number = reported.line_number
            and filled.block_number = reported.block_number

    inner join slots
        on
            filled.edition = slots.edition
            and filled.block_number = slots.block_number
            and ((reported.pattern >> slots.slot_shift) & slots.slot_mask) = 0

)

select * from final
