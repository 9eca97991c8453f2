/*
The key figures among those who responded last, less those among who responded to the first mail.

Grain: one row per edition × indicator × base with respondents of both.
Method: both are means over a part of the respondents, weighted as all are; the standard error of
their difference is that of macros/stratified_differences.sql, without products, as nobody is in
both. First and last are the ends of the seed `contact_steps` that brought responses. The p-values
of an edition are corrected together (Holm). Who responds late is the nearest that a survey has to
who does not respond (Lin and Schaeffer 1995, Public Opinion Quarterly 59, 236-258).
*/
with

counts as (

    select
        counts.*,
        steps.sort_order as step_number

    from {{ ref('int_step_indicator_counts') }} as counts

    inner join {{ ref('contact_steps') }} as steps
        on counts.contact_step_id = steps.contact_step_id

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

ends as (

    select
        edition,
        min(step_number) as first_step,
        max(step_number) as last_step

    from counts

    group by edition

    having min(step_number) < max(step_number)

),

sides as (

    select
        counts.edition,
        counts.indicator_id,
        counts.base_id,
        counts.stratum_number,
        counts.is_share,
        counts.step_number = ends.last_step as is_last,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from counts

    inner join ends
        on
            counts.edition = ends.edition
            and counts.step_number in (ends.first_step, ends.last_step)

),

sums as (

    select
        sides.edition,
        sides.indicator_id,
        sides.base_id,
        sides.stratum_number as stratum,
        strata.final_weight as weight,
        strata.weighted_usable_count as sample_count,
        strata.weighted_population_count as population_count,
        sum(if(sides.is_last, sides.base_count, 0))::bigint as base_count,
        sum(if(sides.is_last, sides.value_sum, 0))::bigint as value_sum,
        sum(if(sides.is_last, sides.value_square_sum, 0))::bigint as value_square_sum,
        sum(if(sides.is_last, 0, sides.base_count))::bigint as other_base_count,
        sum(if(sides.is_last, 0, sides.value_sum))::bigint as other_value_sum,
        sum(if(sides.is_last, 0, sides.value_square_sum))::bigint as other_value_square_sum,
        0 as product_sum,
        0 as value_base_sum,
        0 as base_value_sum,
        0 as base_base_sum

    from sides

    inner join strata
        on
            sides.edition = strata.edition
            and sides.stratum_number = strata.stratum_number

    group by all

),

differences as (

    {{ stratified_differences('sums', ['edition', 'indicator_id', 'base_id']) | indent(4) }}

),

respondents as (

    select
        edition,
        indicator_id,
        base_id,
        sum(base_count)::integer as last_respondent_count,
        sum(other_base_count)::integer as first_respondent_count

    from sums

    group by all

),

tested as (

    select
        differences.*,
        2 * student_t_probability(
            -abs(differences.difference / nullif(differences.difference_se, 0)),
            differences.degrees_of_freedom
        ) as p_value

    from differences

),

placed as (

    select
        *,
        count(p_value) over (partition by edition) as family_size,
        row_number() over (
            partition by edition
            order by p_value, indicator_id, base_id
        ) as place

    from tested

),

final as (

    select
        placed.edition,
        placed.indicator_id,
        placed.base_id,
        100 * placed.other_mean as first_pct,
        100 * placed.mean as last_pct,
        100 * placed.difference as difference_pp,
        100 * placed.difference_se as se_pp,
        placed.p_value,
        {{ holm_p_value('placed.edition') | indent(8) }} as adjusted_p_value,
        respondents.first_respondent_count,
        respondents.last_respondent_count

    from placed

    inner join respondents
        on
            placed.edition = respondents.edition
            and placed.indicator_id = respondents.indicator_id
            and placed.base_id = respondents.base_id

)

select * from final
