/*
Unweighted base and hits of every indicator in every stratum and deck.

Grain: one row per edition × deck × stratum × indicator × base, the complete grid: a stratum
without a single hit, or without a single response in the base, has its row of zeros. Deck 0 is
the published one.
*/
with

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

answer_counts as (

    select * from {{ ref('int_answer_counts') }}

),

replicates as (

    {{ replicates() | indent(4) }}

),

base_bits as (

    select distinct
        base_id,
        base_bit

    from conditions

),

measures as (

    select
        question_bases.edition,
        indicators.indicator_id,
        indicators.base_id,
        base_bits.base_bit,
        question_bases.question_number,
        string_split(indicators.hit_codes, '|')::utinyint[] as hit_codes

    from indicators

    inner join question_bases
        on
            indicators.question_id = question_bases.question_id
            and {{ is_offered('indicators.hit_codes', 'question_bases.answer_codes') }}

    inner join base_bits
        on indicators.base_id = base_bits.base_id

),

counted as (

    select
        measures.edition,
        answer_counts.replicate,
        answer_counts.stratum_number,
        measures.indicator_id,
        measures.base_id,
        sum(answer_counts.answer_count) as base_count,
        sum(
            if(
                list_contains(measures.hit_codes, answer_counts.answer_code),
                answer_counts.answer_count,
                0
            )
        ) as hit_count

    from measures

    inner join answer_counts
        on
            measures.edition = answer_counts.edition
            and measures.question_number = answer_counts.question_number

    where (measures.base_bit & answer_counts.base_bits) > 0
    group by all

),

final as (

    select
        measures.edition,
        replicates.replicate,
        strata.stratum_number,
        measures.indicator_id,
        measures.base_id,
        coalesce(counted.base_count, 0)::integer as base_count,
        coalesce(counted.hit_count, 0)::integer as hit_count

    from measures

    inner join strata
        on measures.edition = strata.edition

    cross join replicates

    left join counted
        on
            measures.edition = counted.edition
            and replicates.replicate = counted.replicate
            and strata.stratum_number = counted.stratum_number
            and measures.indicator_id = counted.indicator_id
            and measures.base_id = counted.base_id

)

select * from final
