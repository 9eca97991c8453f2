/*
Enterprises that answered in both editions of a pair, with the bases that they belong to in each.

Grain: one row per pair of editions × enterprise. Of the editions of this build and of those that
the release keeps: the marts of microdata have both. A base is one bit of an integer, as in
int_base_conditions; a response is in a base when it has every answer that the base asks for.
*/
with

pairs as (

    select * from {{ ref('int_edition_pairs') }}

),

responses as (

    select * from {{ ref('fct_responses') }}

),

answers as (

    select * from {{ ref('fct_answers') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

linked as (

    select
        pairs.previous_edition,
        pairs.edition,
        later.enterprise_key,
        previous.response_key as previous_response_key,
        later.response_key,
        previous.stratum_id as previous_stratum_id,
        later.stratum_id

    from pairs

    inner join responses as later
        on pairs.edition = later.edition

    inner join responses as previous
        on
            pairs.previous_edition = previous.edition
            and later.enterprise_key = previous.enterprise_key

),

responses_linked as (

    select
        edition,
        response_key

    from linked

    union

    select
        previous_edition as edition,
        previous_response_key as response_key

    from linked

),

conditions_met as (

    select
        answers.edition,
        answers.response_key,
        conditions.base_bit

    from answers

    inner join responses_linked
        on
            answers.edition = responses_linked.edition
            and answers.response_key = responses_linked.response_key

    inner join conditions
        on
            answers.question_id = conditions.question_id
            and answers.answer_code = conditions.answer_code

    group by
        answers.edition, answers.response_key, conditions.base_bit, conditions.condition_count

    having count(*) = conditions.condition_count

),

base_bits as (

    select
        edition,
        response_key,
        sum(base_bit) as base_bits

    from conditions_met

    group by edition, response_key

),

everybody as (

    select coalesce(sum(base_bit), 0) as base_bits

    from conditions

    where condition_count = 0

),

final as (

    select
        linked.previous_edition,
        linked.edition,
        linked.enterprise_key,
        linked.previous_response_key,
        linked.response_key,
        linked.previous_stratum_id,
        linked.stratum_id,
        (everybody.base_bits + coalesce(previous.base_bits, 0))::integer as previous_base_bits,
        (everybody.base_bits + coalesce(later.base_bits, 0))::integer as base_bits

    from linked

    cross join everybody

    left join base_bits as previous
        on
            linked.previous_edition = previous.edition
            and linked.previous_response_key = previous.response_key

    left join base_bits as later
        on
            linked.edition = later.edition
            and linked.response_key = later.response_key

)

select * from final
