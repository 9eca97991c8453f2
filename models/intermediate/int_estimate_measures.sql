/*
What a reliability rule can judge an estimate by, one measure a row.

Grain: one row per edition × indicator × base × domain × category × measure. Interval is the
Korn-Graubard one. Its width relative to a share of 0 is infinite.
*/
with

estimates as (

    select * from {{ ref('int_estimates') }}

),

measured as (

    select
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        respondent_count::double as respondent_count,
        effective_respondent_count,
        se_pct,
        cv_pct,
        missing_information_pct,
        exact_upper_pct - exact_lower_pct as interval_width_pp,
        if(
            estimate_pct = 0,
            'infinity'::double,
            100 * (exact_upper_pct - exact_lower_pct) / estimate_pct
        ) as relative_interval_width_pct

    from estimates

),

final as (

    select *

    from measured

    unpivot include nulls (
        value for measure in (
            respondent_count, effective_respondent_count, se_pct, cv_pct,
            missing_information_pct, interval_width_pp, relative_interval_width_pct
        )
    )

)

select * from final
