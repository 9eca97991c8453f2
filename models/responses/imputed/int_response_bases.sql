/*
The bases that each usable response belongs to, as the bits of one integer.

Grain: one row per edition × usable response. Bit i (from 0) stands for the base with
sort_order i + 1 in the seed `bases`. A response belongs to a base when each question
of the base's definition has the code that stands beside it; a base without a
definition holds everybody.
*/
with

responses as (

    select * from {{ ref('int_responses_usable') }}

),

reported as (

    select * from {{ ref('int_answers_completed') }}

),

derived as (

    select * from {{ ref('int_answers_derived') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

answers as (

    select
        edition,
        response_key,
        question_number,
        answer_code

    from derived

    union all

    select
        edition,
        response_key,
        question_number,
        answer_code

    from reported
    where question_number in (select conditions.question_number from conditions)

),

memberships as (

    select
        answers.edition,
        answers.response_key,
        conditions.base_bit

    from answers

    inner join conditions
        on
            answers.question_number = conditions.question_number
            and answers.answer_code = conditions.answer_code

    group by
        answers.edition, answers.response_key, conditions.base_bit,
        conditions.condition_count

    having count(*) = conditions.condition_count

),

unconditional as (

    select coalesce(bit_or(base_bit), 0) as base_bits
    from conditions
    where condition_count = 0

),

final as (

    select
        responses.edition,
        responses.response_key,
        responses.stratum_number,
        (coalesce(bit_or(memberships.base_bit), 0) | any_value(unconditional.base_bits))
        ::integer as base_bits

    from responses

    cross join unconditional

    left join memberships
        on
            responses.edition = memberships.edition
            and responses.response_key = memberships.response_key

    group by responses.edition, responses.response_key, responses.stratum_number

)

select * from final
