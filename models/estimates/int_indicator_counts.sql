/*
Unweighted base and hits of every indicator in every stratum.

Grain: one row per edition × stratum × indicator × base, the complete grid: a stratum
without a single hit, or without a single response in the base, has its row of zeros.
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

base_bits as (

    select distinct
        base_id,
        base_bit

    from conditions

),

grid as (

    select
        strata.edition,
        strata.stratum_number,
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

    inner join strata
        on question_bases.edition = strata.edition

),

final as (

    select
        grid.edition,
        grid.stratum_number,
        grid.indicator_id,
        grid.base_id,
        coalesce(sum(answer_counts.answer_count), 0)::integer as base_count,
        coalesce(
            sum(
                if(
                    list_contains(grid.hit_codes, answer_counts.answer_code),
                    answer_counts.answer_count,
                    0
                )
            ),
            0
        )::integer as hit_count

    from grid

    left join answer_counts
        on
            grid.edition = answer_counts.edition
            and grid.stratum_number = answer_counts.stratum_number
            and grid.question_number = answer_counts.question_number
            and (grid.base_bit & answer_counts.base_bits) > 0

    group by grid.edition, grid.stratum_number, grid.indicator_id, grid.base_id

)

select * from final
