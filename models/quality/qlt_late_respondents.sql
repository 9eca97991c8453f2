/*
The key figures among the first and the last respondents, and whether they differ.

Grain: one row per edition × measure × indicator. Where both have as many respondents in the base as
`reliability_rules` asks for; the verdict on the difference is in the text.
*/
with

differences as (

    select * from {{ ref('int_step_differences') }}

),

minimum as (

    select max(threshold) as respondent_count

    from {{ ref('reliability_rules') }}

    where is_applied and measure = 'respondent_count'

),

verdicts as (

    select * from {{ ref('report_terms') }}

),

compared as (

    select
        differences.edition,
        'indicator' as domain,
        differences.indicator_id as category,
        differences.first_pct,
        differences.last_pct,
        verdicts.label_nl as text_nl,
        verdicts.label_en as text_en

    from differences

    cross join minimum

    inner join verdicts
        on
            verdicts.term_id
            = if(differences.adjusted_p_value < 0.05, 'late_differ', 'late_alike')

    where
        least(differences.first_respondent_count, differences.last_respondent_count)
        >= coalesce(minimum.respondent_count, 0)

),

final as (

    select * exclude (text_nl, text_en)

    from compared

    unpivot (value for measure_id in (first_pct, last_pct))

    union all by name

    select
        edition,
        'late_verdict' as measure_id,
        domain,
        category,
        text_nl,
        text_en

    from compared

)

select * from final
