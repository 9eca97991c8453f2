/*
The bases that each usable response belongs to, as the bits of one integer.

Grain: one row per edition × usable response whose bases follow from what it reported, with
replicate −1 for every deck; else one row per deck.
Steps:
    1) Each condition of a base, a question and its code, is a bit; each pattern has the bits
       of the conditions that it meets.
    2) A response has the bits of its patterns in the blocks that conditions are about.
    3) It belongs to a base when it has every bit that the base asks for.
*/
with

responses as (

    select * from {{ ref('int_responses_usable') }}

),

patterns as (

    select * from {{ ref('int_patterns_completed') }}

),

codes as (

    select * from {{ ref('int_pattern_codes') }}

),

bases as (

    select
        *,
        1::bigint << dense_rank() over (order by question_number, answer_code)
            as condition_bit

    from {{ ref('int_base_conditions') }}

),

pattern_bits as (

    select
        codes.edition,
        codes.block_number,
        codes.pattern,
        bit_or(bases.condition_bit) as condition_bits

    from codes

    inner join bases
        on
            codes.question_number = bases.question_number
            and codes.answer_code = bases.answer_code

    group by codes.edition, codes.block_number, codes.pattern

),

blocks as (

    select distinct
        edition,
        block_number

    from pattern_bits

),

patterns_asked as (

    select
        patterns.edition,
        patterns.line_number,
        patterns.replicate,
        coalesce(pattern_bits.condition_bits, 0) as condition_bits

    from patterns

    inner join blocks
        on
            patterns.edition = blocks.edition
            and patterns.block_number = blocks.block_number

    left join pattern_bits
        on
            patterns.edition = pattern_bits.edition
            and patterns.block_number = pattern_bits.block_number
            and patterns.pattern = pattern_bits.pattern

),

fixed as (

    select
        edition,
        line_number,
        bit_or(condition_bits) as condition_bits

    from patterns_asked

    where replicate = -1
    group by edition, line_number

),

moving as (

    select
        edition,
        line_number,
        replicate,
        bit_or(condition_bits) as condition_bits

    from patterns_asked

    where replicate >= 0
    group by edition, line_number, replicate

),

response_bits as (

    select
        responses.edition,
        responses.line_number,
        responses.stratum_number,
        coalesce(moving.replicate, -1)::smallint as replicate,
        coalesce(fixed.condition_bits, 0) | coalesce(moving.condition_bits, 0)
            as condition_bits

    from responses

    left join fixed
        on
            responses.edition = fixed.edition
            and responses.line_number = fixed.line_number

    left join moving
        on
            responses.edition = moving.edition
            and responses.line_number = moving.line_number

),

bits_found as (

    select distinct condition_bits from response_bits

),

bits_asked as (

    select
        base_bit,
        bit_or(if(question_number is null, 0, condition_bit)) as condition_bits

    from bases

    group by base_bit

),

base_bits as (

    select
        bits_found.condition_bits,
        bit_or(bits_asked.base_bit)::integer as base_bits

    from bits_found

    inner join bits_asked
        on
            (bits_found.condition_bits & bits_asked.condition_bits)
            = bits_asked.condition_bits

    group by bits_found.condition_bits

),

final as (

    select
        response_bits.edition,
        response_bits.line_number,
        response_bits.replicate,
        response_bits.stratum_number,
        coalesce(base_bits.base_bits, 0) as base_bits

    from response_bits

    left join base_bits
        on response_bits.condition_bits = base_bits.condition_bits

)

select * from final
