/*
How many responses of a stratum gave each answer, in each deck.

Grain: one row per edition × deck × stratum × question × answer code × combination of bases.
Deck 0 is the published one. Only answers to questions that were asked count. Everything after
this is small, whatever the number of responses.
*/
with

counts as (

    select * from {{ ref('int_pattern_counts') }}

),

codes as (

    select * from {{ ref('int_pattern_codes') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

replicates as (

    {{ replicates() | indent(4) }}

),

answers as (

    select
        counts.edition,
        counts.replicate,
        counts.stratum_number,
        codes.question_number,
        codes.answer_code,
        counts.base_bits,
        sum(counts.response_count) as answer_count

    from counts

    inner join codes
        on
            counts.edition = codes.edition
            and counts.block_number = codes.block_number
            and counts.pattern = codes.pattern

    inner join question_bases
        on
            codes.edition = question_bases.edition
            and codes.question_number = question_bases.question_number

    where (counts.base_bits & question_bases.base_bit) > 0
    group by all

),

final as (

    select
        answers.edition,
        replicates.replicate,
        answers.stratum_number,
        answers.question_number,
        answers.answer_code::utinyint as answer_code,
        answers.base_bits,
        sum(answers.answer_count)::integer as answer_count

    from answers

    inner join replicates
        on answers.replicate in (-1, replicates.replicate)

    group by all

)

select * from final
