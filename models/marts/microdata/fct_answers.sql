/*
Answers of usable responses to the questions that they were asked.

Grain: one row per edition × usable response × question asked. Answers outside their route stay
in int_patterns_reported; nothing counts them. Rows are made and stored in the order of their
key within an edition, so that nobody has to sort them: responses are put in order, and each is
unfolded into the questions of its edition.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

patterns as (

    select
        edition,
        line_number,
        list(pattern order by block_number) as patterns

    from {{ ref('int_patterns_completed') }}

    where replicate in (-1, 0)
    group by edition, line_number

),

imputed as (

    select
        imputed.edition,
        imputed.line_number,
        list(imputed.question_number order by imputed.question_number) as question_numbers,
        list(donors.response_key order by imputed.question_number) as donor_keys,
        list(imputed.imputation_level order by imputed.question_number) as levels

    from {{ ref('int_answers_imputed') }} as imputed

    inner join {{ ref('int_responses_usable') }} as donors
        on
            imputed.edition = donors.edition
            and imputed.donor_line_number = donors.line_number

    group by imputed.edition, imputed.line_number

),

bases as (

    select *
    from {{ ref('int_response_bases') }}
    where replicate in (-1, 0)

),

responses as (

    select * from {{ ref('int_responses_usable') }}

),

slots as (

    select
        *,
        dense_rank() over (partition by edition order by block_number) as place

    from {{ ref('int_question_slots') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

questions as (

    select
        slots.edition,
        list(
            {
                'question_id': question_bases.question_id,
                'question_number': slots.question_number,
                'place': slots.place,
                'slot_shift': slots.slot_shift,
                'slot_mask': slots.slot_mask,
                'base_bit': question_bases.base_bit
            }
            order by question_bases.question_id
        ) as questions

    from slots

    inner join question_bases
        on
            slots.edition = question_bases.edition
            and slots.question_number = question_bases.question_number

    group by slots.edition

),

editions as (

    select map(list(edition), list(questions)) as questions from questions

),

in_order as (

    select
        responses.edition,
        responses.response_key,
        bases.base_bits,
        patterns.patterns,
        imputed.question_numbers,
        imputed.donor_keys,
        imputed.levels

    from responses

    inner join bases
        on
            responses.edition = bases.edition
            and responses.line_number = bases.line_number

    inner join patterns
        on
            responses.edition = patterns.edition
            and responses.line_number = patterns.line_number

    left join imputed
        on
            responses.edition = imputed.edition
            and responses.line_number = imputed.line_number

    order by responses.edition, responses.response_key

),

unfolded as (

    select
        *,
        unnest((select editions.questions from editions)[edition]) as question

    from in_order

),

answers as (

    select
        edition,
        response_key,
        struct_extract(question, 'question_id') as question_id,
        (
            (
                patterns[struct_extract(question, 'place')]
                >> struct_extract(question, 'slot_shift')
            ) & struct_extract(question, 'slot_mask')
        ) - 1 as answer_code,
        coalesce(
            list_position(question_numbers, struct_extract(question, 'question_number')), 0
        ) as imputed_place,
        donor_keys,
        levels

    from unfolded

    where (base_bits & struct_extract(question, 'base_bit')) > 0

),

final as (

    select
        edition,
        response_key,
        question_id,
        answer_code::utinyint as answer_code,
        if(imputed_place > 0, null, answer_code)::utinyint as reported_answer_code,
        imputed_place > 0 as is_imputed,
        donor_keys[imputed_place] as donor_response_key,
        levels[imputed_place] as imputation_level

    from answers

    where answer_code >= 0

)

select * from final
