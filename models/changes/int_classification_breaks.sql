/*
What another version of NACE does to the estimates of one edition.

Grain: one row per edition whose frame has both codes × indicator × base × sector, and all together.
Method: the same responses, those whose code in both versions is known, in the sectors of the
edition and in those of the last earlier edition of the version before; the difference of both
estimates by macros/stratified_differences.sql, with Student's t, of the sampling alone.
*/
with

counts as (

    select * from {{ ref('int_reclassified_counts') }}

),

indicators as (

    select distinct
        edition,
        indicator_id,
        base_id,
        question_id,
        base_bit

    from {{ ref('int_indicators_offered') }}

),

codes as (

    select * from {{ ref('int_indicator_codes') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

counted as (

    select
        counts.edition,
        counts.compared_edition,
        counts.stratum_number,
        strata.sector_code,
        counts.previous_sector_code,
        strata.final_weight,
        strata.weighted_usable_count,
        strata.weighted_population_count,
        indicators.indicator_id,
        indicators.base_id,
        sum(counts.answer_count)::bigint as base_count,
        coalesce(sum(counts.answer_count * codes.answer_value), 0)::bigint as value_sum,
        coalesce(
            sum(counts.answer_count * codes.answer_value * codes.answer_value), 0
        )::bigint as value_square_sum

    from counts

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    inner join indicators
        on
            counts.edition = indicators.edition
            and counts.question_id = indicators.question_id
            and (counts.base_bits & indicators.base_bit) > 0

    left join codes
        on
            indicators.indicator_id = codes.indicator_id
            and indicators.base_id = codes.base_id
            and counts.answer_code = codes.answer_code

    group by all

),

placed as (

    -- In a category by the classification of the edition, by the one before, or by both.
    select
        counted.*,
        'sector' as domain,
        counted.sector_code as category,
        1 as is_in,
        (counted.previous_sector_code = counted.sector_code)::integer as was_in

    from counted

    union all

    select
        counted.*,
        'sector' as domain,
        counted.previous_sector_code as category,
        0 as is_in,
        1 as was_in

    from counted

    where
        counted.previous_sector_code != 'none'
        and counted.previous_sector_code != counted.sector_code

    union all

    select
        counted.*,
        'total' as domain,
        'total' as category,
        1 as is_in,
        (counted.previous_sector_code != 'none')::integer as was_in

    from counted

),

sums as (

    select
        edition,
        compared_edition,
        indicator_id,
        base_id,
        domain,
        category,
        stratum_number as stratum,
        final_weight as weight,
        weighted_usable_count as sample_count,
        weighted_population_count as population_count,
        sum(base_count * is_in) as base_count,
        sum(value_sum * is_in) as value_sum,
        sum(value_square_sum * is_in) as value_square_sum,
        sum(base_count * was_in) as other_base_count,
        sum(value_sum * was_in) as other_value_sum,
        sum(value_square_sum * was_in) as other_value_square_sum,
        sum(value_square_sum * is_in * was_in) as product_sum,
        sum(value_sum * is_in * was_in) as value_base_sum,
        sum(value_sum * is_in * was_in) as base_value_sum,
        sum(base_count * is_in * was_in) as base_base_sum

    from placed

    group by all

),

respondents as (

    select
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        sum(base_count)::integer as respondent_count,
        sum(other_base_count)::integer as compared_respondent_count

    from sums

    group by all

),

differences as (

    {{ stratified_differences(
        'sums', ['edition', 'compared_edition', 'indicator_id', 'base_id', 'domain', 'category']
    ) | indent(4) }}

),

tested as (

    select
        *,
        if(difference_se > 0, degrees_of_freedom, null) as tested_degrees_of_freedom

    from differences

    where mean is not null and other_mean is not null

),

final as (

    select
        tested.edition,
        tested.compared_edition,
        tested.indicator_id,
        tested.base_id,
        tested.domain,
        tested.category,
        respondents.respondent_count,
        respondents.compared_respondent_count,
        100 * tested.mean as estimate_pct,
        100 * tested.other_mean as compared_estimate_pct,
        100 * tested.difference as break_pp,
        100 * tested.difference_se as se_pp,
        100 * (
            tested.difference
            - student_t_quantile(0.975, tested.tested_degrees_of_freedom) * tested.difference_se
        ) as ci_lower_pp,
        100 * (
            tested.difference
            + student_t_quantile(0.975, tested.tested_degrees_of_freedom) * tested.difference_se
        ) as ci_upper_pp,
        2 * student_t_probability(
            -abs(tested.difference / nullif(tested.difference_se, 0)),
            tested.tested_degrees_of_freedom
        ) as p_value

    from tested

    inner join respondents
        on
            tested.edition = respondents.edition
            and tested.indicator_id = respondents.indicator_id
            and tested.base_id = respondents.base_id
            and tested.domain = respondents.domain
            and tested.category = respondents.category

)

select * from final
