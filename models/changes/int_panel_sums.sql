/*
Bases and sums of what the answers of a stratum's panel count for, in both editions of a pair and
together.

Grain: one row per pair of editions × stratum × indicator × base. Of the strata of which enough
enterprises answered in both editions and were in them both times (variable minimum_panel), each
weighted by itself in both; an enterprise in another stratum than before is in no sum.
*/
with

panel as (

    select * from {{ ref('int_panel_counts') }}
    where stratum_id = previous_stratum_id and panel_count >= {{ var('minimum_panel') | int }}

),

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}
    where weighted_population_count = population_count

),

answer_counts as (

    select * from {{ ref('int_panel_answer_counts') }}

),

compared as (

    select distinct
        edition,
        previous_edition,
        indicator_id,
        base_id

    from {{ ref('int_change_pairs') }}

),

codes as (

    select * from {{ ref('int_indicator_codes') }}

),

indicators as (

    select distinct
        codes.indicator_id,
        codes.base_id,
        codes.question_id,
        codes.is_share,
        conditions.base_bit

    from codes

    inner join {{ ref('int_base_conditions') }} as conditions
        on codes.base_id = conditions.base_id

),

panels as (

    select
        panel.previous_edition,
        panel.edition,
        panel.stratum_id,
        strata.stratum_number,
        panel.panel_count,
        strata.population_count,
        strata.final_weight,
        previous_strata.population_count as previous_population_count,
        previous_strata.final_weight as previous_final_weight

    from panel

    inner join strata
        on
            panel.edition = strata.edition
            and panel.stratum_id = strata.stratum_id

    inner join strata as previous_strata
        on
            panel.previous_edition = previous_strata.edition
            and panel.stratum_id = previous_strata.stratum_id

),

counted as (

    select
        answer_counts.previous_edition,
        answer_counts.edition,
        answer_counts.stratum_id,
        indicators.indicator_id,
        indicators.base_id,
        answer_counts.panel_count,
        ((answer_counts.previous_base_bits & indicators.base_bit) > 0)::integer as previous_d,
        ((answer_counts.base_bits & indicators.base_bit) > 0)::integer as d,
        previous_d * coalesce(previous_codes.answer_value, 0) as previous_y,
        d * coalesce(codes.answer_value, 0) as y

    from answer_counts

    inner join indicators
        on answer_counts.question_id = indicators.question_id

    left join codes
        on
            indicators.indicator_id = codes.indicator_id
            and indicators.base_id = codes.base_id
            and answer_counts.answer_code = codes.answer_code

    left join codes as previous_codes
        on
            indicators.indicator_id = previous_codes.indicator_id
            and indicators.base_id = previous_codes.base_id
            and answer_counts.previous_answer_code = previous_codes.answer_code

    where answer_counts.stratum_id = answer_counts.previous_stratum_id

),

summed as (

    select
        previous_edition,
        edition,
        stratum_id,
        indicator_id,
        base_id,
        sum(panel_count * d) as base_count,
        sum(panel_count * y) as value_sum,
        sum(panel_count * previous_d) as previous_base_count,
        sum(panel_count * previous_y) as previous_value_sum,
        sum(panel_count * y * previous_y) as product_sum,
        sum(panel_count * y * previous_d) as value_base_sum,
        sum(panel_count * d * previous_y) as base_value_sum,
        sum(panel_count * d * previous_d) as base_base_sum

    from counted

    group by all

),

final as (

    select
        panels.previous_edition,
        panels.edition,
        panels.stratum_id,
        panels.stratum_number,
        indicators.indicator_id,
        indicators.base_id,
        indicators.is_share,
        panels.panel_count,
        panels.population_count,
        panels.final_weight,
        panels.previous_population_count,
        panels.previous_final_weight,
        coalesce(summed.base_count, 0)::bigint as base_count,
        coalesce(summed.value_sum, 0)::bigint as value_sum,
        coalesce(summed.previous_base_count, 0)::bigint as previous_base_count,
        coalesce(summed.previous_value_sum, 0)::bigint as previous_value_sum,
        coalesce(summed.product_sum, 0)::bigint as product_sum,
        coalesce(summed.value_base_sum, 0)::bigint as value_base_sum,
        coalesce(summed.base_value_sum, 0)::bigint as base_value_sum,
        coalesce(summed.base_base_sum, 0)::bigint as base_base_sum

    from panels

    inner join compared
        on
            panels.edition = compared.edition
            and panels.previous_edition = compared.previous_edition

    inner join indicators
        on
            compared.indicator_id = indicators.indicator_id
            and compared.base_id = indicators.base_id

    left join summed
        on
            panels.edition = summed.edition
            and panels.previous_edition = summed.previous_edition
            and panels.stratum_id = summed.stratum_id
            and indicators.indicator_id = summed.indicator_id
            and indicators.base_id = summed.base_id

)

select * from final
