-- The parts of the ledger sum to their totals, nothing asked is still missing, and the parts
-- are those of the sources: the usable responses, the answers as reported, the imputations.
with

coded as (

    select
        patterns.edition,
        slots.question_number,
        count(*) as reported_count
    from {{ ref('int_patterns_reported') }} as patterns
    inner join {{ ref('int_question_slots') }} as slots
        on
            patterns.edition = slots.edition
            and patterns.block_number = slots.block_number
            and ((patterns.pattern >> slots.slot_shift) & slots.slot_mask) > 0
    group by all

),

imputed as (

    select
        edition,
        question_id,
        count_if(imputation_level = 1) as level_1_count,
        count_if(imputation_level = 2) as level_2_count,
        count_if(imputation_level = 3) as level_3_count
    from {{ ref('fct_imputations') }}
    group by all

),

usable as (

    select
        edition,
        count(*) as usable_count
    from {{ ref('fct_responses') }}
    group by all

),

compared as (

    select
        ledger.*,
        usable.usable_count as expected_usable_count,
        coalesce(coded.reported_count, 0) as expected_reported_count,
        coalesce(imputed.level_1_count, 0) as level_1_count,
        coalesce(imputed.level_2_count, 0) as level_2_count,
        coalesce(imputed.level_3_count, 0) as level_3_count
    from {{ ref('qlt_item_ledger') }} as ledger
    inner join usable
        on ledger.edition = usable.edition
    inner join {{ ref('int_questions_numbered') }} as questions
        on ledger.question_id = questions.question_id
    left join coded
        on
            ledger.edition = coded.edition
            and questions.question_number = coded.question_number
    left join imputed
        on
            ledger.edition = imputed.edition
            and ledger.question_id = imputed.question_id

)

select
    'edition ' || edition || ', question ' || question_id || ': found ' || usable_count
    || ' usable = ' || asked_count || ' asked + ' || routed_out_count || ' routed out; asked = '
    || reported_count || ' reported + ' || imputed_level_1_count || ' + '
    || imputed_level_2_count || ' + ' || imputed_level_3_count || ' imputed + '
    || missing_count || ' missing; expected sums that hold, nothing missing, '
    || expected_usable_count || ' usable, ' || expected_reported_count
    || ' reported in or out of the route, and ' || level_1_count || ', ' || level_2_count
    || ' and ' || level_3_count || ' imputed' as message
from compared
where
    usable_count != asked_count + routed_out_count
    or asked_count != reported_count + imputed_level_1_count + imputed_level_2_count
    + imputed_level_3_count + missing_count
    or missing_count != 0
    or usable_count != expected_usable_count
    or reported_count + reported_outside_count != expected_reported_count
    or imputed_level_1_count != level_1_count
    or imputed_level_2_count != level_2_count
    or imputed_level_3_count != level_3_count
