/*
What a reliability rule can judge an estimate by, one measure a row.

Grain: one row per cell × measure, of the editions that the release keeps as well: a change is as
reliable as both of its estimates. Interval is the Korn-Graubard one. Its width relative to a share
of 0 is infinite. A mean that is no share has neither interval nor effective sample size to be
judged by.
*/
with

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}
    where scope = 'all_sectors'

),

measured as (

    select
        cell_id,
        is_share,
        respondent_count::double as respondent_count,
        effective_respondent_count,
        se_pct,
        cv_pct,
        fmi_pct,
        exact_upper_pct - exact_lower_pct as interval_width_pp,
        if(
            estimate_pct = 0,
            'infinity'::double,
            100 * (exact_upper_pct - exact_lower_pct) / estimate_pct
        ) as relative_interval_width_pct

    from estimates

),

final as (

    select * exclude (is_share)

    from measured

    unpivot include nulls (
        value for measure in (
            respondent_count, effective_respondent_count, se_pct, cv_pct,
            fmi_pct, interval_width_pp, relative_interval_width_pct
        )
    )

    where is_share or measure in ('respondent_count', 'se_pct', 'cv_pct', 'fmi_pct')

)

select * from final
