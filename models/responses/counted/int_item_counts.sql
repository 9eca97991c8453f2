/*
What became of each question in the usable responses of each stratum.

Grain: one row per edition × stratum with usable responses × question asked, in the published
deck. answered_count counts those who were asked, imputed answers among them;
answered_outside_count of those who were not.
*/
with

slots as (

    select * from {{ ref('int_question_slots') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

bases as (

    select * from {{ ref('int_base_counts') }}

),

patterns as (

    select *
    from {{ ref('int_pattern_counts') }}
    where replicate in (-1, 0)

),

imputed as (

    select * from {{ ref('int_answers_imputed') }}

),

responses as (

    select * from {{ ref('int_responses_usable') }}

),

questions as (

    select
        slots.*,
        question_bases.base_bit

    from slots

    inner join question_bases
        on
            slots.edition = question_bases.edition
            and slots.question_number = question_bases.question_number

),

asked as (

    select
        questions.edition,
        bases.stratum_number,
        questions.question_number,
        sum(bases.response_count) as usable_count,
        sum(if((bases.base_bits & questions.base_bit) > 0, bases.response_count, 0))
            as asked_count

    from questions

    inner join bases
        on questions.edition = bases.edition

    group by all

),

answered as (

    select
        patterns.edition,
        patterns.stratum_number,
        questions.question_number,
        sum(if((patterns.base_bits & questions.base_bit) > 0, patterns.response_count, 0))
            as answered_count,
        sum(if((patterns.base_bits & questions.base_bit) > 0, 0, patterns.response_count))
            as answered_outside_count

    from patterns

    inner join questions
        on
            patterns.edition = questions.edition
            and patterns.block_number = questions.block_number
            and ((patterns.pattern >> questions.slot_shift) & questions.slot_mask) > 0

    group by all

),

levels as (

    select
        imputed.edition,
        responses.stratum_number,
        imputed.question_number,
        count_if(imputed.imputation_level = 1) as imputed_level_1_count,
        count_if(imputed.imputation_level = 2) as imputed_level_2_count,
        count_if(imputed.imputation_level = 3) as imputed_level_3_count

    from imputed

    inner join responses
        on
            imputed.edition = responses.edition
            and imputed.line_number = responses.line_number

    group by all

),

final as (

    select
        asked.edition,
        asked.stratum_number,
        asked.question_number,
        asked.usable_count::integer as usable_count,
        asked.asked_count::integer as asked_count,
        coalesce(answered.answered_count, 0)::integer as answered_count,
        coalesce(answered.answered_outside_count, 0)::integer as answered_outside_count,
        coalesce(levels.imputed_level_1_count, 0)::integer as imputed_level_1_count,
        coalesce(levels.imputed_level_2_count, 0)::integer as imputed_level_2_count,
        coalesce(levels.imputed_level_3_count, 0)::integer as imputed_level_3_count

    from asked

    left join answered
        on
            asked.edition = answered.edition
            and asked.stratum_number = answered.stratum_number
            and asked.question_number = answered.question_number

    left join levels
        on
            asked.edition = levels.edition
            and asked.stratum_number = levels.stratum_number
            and asked.question_number = levels.question_number

)

select * from final
