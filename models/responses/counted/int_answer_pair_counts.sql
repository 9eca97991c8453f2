/*
How many responses of a stratum gave each pair of answers to two questions of one block.

Grain: one row per edition × stratum × pair of questions × pair of answer codes × combination
of bases, in the published deck, of the pairs that are asked for. Only answers to questions
that were asked count.
*/
with

pairs as (

    select * from {{ ref('int_question_pairs') }}

),

codes as (

    select * from {{ ref('int_pattern_codes') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

counts as (

    select *
    from {{ ref('int_pattern_counts') }}
    where replicate in (-1, 0)

),

final as (

    select
        counts.edition,
        counts.stratum_number,
        codes.question_number,
        codes.answer_code::utinyint as answer_code,
        others.question_number as other_question_number,
        others.answer_code::utinyint as other_answer_code,
        counts.base_bits,
        sum(counts.response_count)::integer as response_count

    from pairs

    inner join codes
        on
            pairs.edition = codes.edition
            and pairs.question_number = codes.question_number

    inner join codes as others
        on
            codes.edition = others.edition
            and codes.block_number = others.block_number
            and codes.pattern = others.pattern
            and pairs.other_question_number = others.question_number

    inner join question_bases
        on
            codes.edition = question_bases.edition
            and codes.question_number = question_bases.question_number

    inner join question_bases as other_bases
        on
            others.edition = other_bases.edition
            and others.question_number = other_bases.question_number

    inner join counts
        on
            codes.edition = counts.edition
            and codes.block_number = counts.block_number
            and codes.pattern = counts.pattern

    where
        (counts.base_bits & question_bases.base_bit) > 0
        and (counts.base_bits & other_bases.base_bit) > 0

    group by all

)

select * from final
