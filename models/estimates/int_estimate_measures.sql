/*
What a reliability rule can judge an estimate by, one measure a row.

Grain: one row per cell × measure. Interval is the
Korn-Graubard one. Its width relative to a share of 0 is infinite. A mean that is no share has
neither interval nor effective sample size to be judged by. Only a cell that a table prints has
counts of solutions, and only one whose base is itself estimated has one of its row.
*/
with

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

disclosure as (

    select * from {{ ref('int_disclosure_risks') }}

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

measures as (

    select * exclude (is_share)

    from measured

    unpivot include nulls (
        value for measure in (
            respondent_count, effective_respondent_count, se_pct, cv_pct,
            fmi_pct, interval_width_pp, relative_interval_width_pct
        )
    )

    where is_share or measure in ('respondent_count', 'se_pct', 'cv_pct', 'fmi_pct')

),

solutions as (

    select
        cell_id,
        cell_solution_count::double as cell_solution_count,
        row_solution_count::double as row_solution_count

    from disclosure

),

solution_measures as (

    select *

    from solutions

    unpivot (
        value for measure in (cell_solution_count, row_solution_count)
    )

),

final as (

    select * from measures
    union all by name
    select * from solution_measures

)

select * from final
