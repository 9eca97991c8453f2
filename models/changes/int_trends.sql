/*
The straight line through three and more editions, up to each.

Grain: one row per cell, of those that can be compared with two and more earlier editions on all
sectors. In percentage points a year.
Method: the least-squares slope over the years of the editions, a weighted sum of the estimates,
Σ c p with c = (year − average) / Σ (year − average)². Its variance is Σ c² V + 2 Σ Σ c c' Cov, with
V the total variance of each estimate and Cov what int_changes has taken off the variance of the
change between two of them, for those who answered in both. Student's t; degrees of freedom by
Satterthwaite (1946), Biometrics Bulletin 2.
*/
with

changes as (

    select * from {{ ref('int_changes') }}
    where is_comparable and scope = 'all_sectors' and se_pp is not null

),

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

members as (

    select
        cell_id,
        previous_cell_id as member_cell_id,
        previous_edition as member_edition

    from changes

    union all

    select distinct
        cell_id,
        cell_id as member_cell_id,
        edition as member_edition

    from changes

),

centred as (

    select
        *,
        count(*) over of_cell as edition_count,
        min(member_edition) over of_cell as first_edition,
        member_edition - avg(member_edition) over of_cell as years_off

    from members

    window of_cell as (partition by cell_id)

),

weighted as (

    select
        *,
        years_off / sum(years_off * years_off) over (partition by cell_id) as coefficient

    from centred

),

terms as (

    select
        weighted.cell_id,
        weighted.member_cell_id,
        weighted.edition_count,
        weighted.first_edition,
        weighted.coefficient,
        weighted.coefficient * estimates.estimate_pct as slope_part,
        pow(weighted.coefficient * estimates.se_pct, 2) as variance_part,
        pow(weighted.coefficient * estimates.se_pct, 4)
        / nullif(estimates.degrees_of_freedom, 0) as part_per_degree

    from weighted

    inner join estimates
        on weighted.member_cell_id = estimates.cell_id

    where weighted.edition_count > 2

),

covariances as (

    select
        terms.cell_id,
        list_sum(list(
            terms.coefficient * others.coefficient * (
                pow(later.se_pct, 2) + pow(previous.se_pct, 2) - pow(changes.se_pp, 2)
            )
            order by terms.member_cell_id, others.member_cell_id
        )) as twice_covariance

    from terms

    inner join terms as others
        on terms.cell_id = others.cell_id

    inner join changes
        on
            terms.member_cell_id = changes.cell_id
            and others.member_cell_id = changes.previous_cell_id

    inner join estimates as later
        on changes.cell_id = later.cell_id

    inner join estimates as previous
        on changes.previous_cell_id = previous.cell_id

    group by terms.cell_id

),

slopes as (

    select
        cell_id,
        any_value(edition_count) as edition_count,
        any_value(first_edition) as first_edition,
        list_sum(list(slope_part order by member_cell_id)) as slope_pp,
        list_sum(list(variance_part order by member_cell_id)) as variance_sum,
        list_sum(list(part_per_degree order by member_cell_id)) as parts_per_degree

    from terms

    group by cell_id

),

tested as (

    select
        slopes.*,
        sqrt(greatest(slopes.variance_sum + covariances.twice_covariance, 0)) as se_pp,
        pow(slopes.variance_sum, 2) / nullif(slopes.parts_per_degree, 0) as degrees_of_freedom

    from slopes

    inner join covariances
        on slopes.cell_id = covariances.cell_id

),

final as (

    select
        tested.cell_id,
        estimates.edition,
        tested.first_edition,
        tested.edition_count::integer as edition_count,
        estimates.indicator_id,
        estimates.base_id,
        estimates.domain,
        estimates.category,
        tested.slope_pp,
        tested.se_pp,
        tested.degrees_of_freedom,
        tested.slope_pp
        - student_t_quantile(0.975, tested.degrees_of_freedom) * tested.se_pp as ci_lower_pp,
        tested.slope_pp
        + student_t_quantile(0.975, tested.degrees_of_freedom) * tested.se_pp as ci_upper_pp,
        2 * student_t_probability(
            -abs(tested.slope_pp / nullif(tested.se_pp, 0)), tested.degrees_of_freedom
        ) as p_value

    from tested

    inner join estimates
        on tested.cell_id = estimates.cell_id

)

select * from final
