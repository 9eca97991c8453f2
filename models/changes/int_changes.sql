/*
The change of each estimate from one edition to a later one.

Grain: one row per pair of editions × indicator × base × domain × category that both have.
Method:
    1) Both estimates are of the scope of the pair: the sectors that both editions cover.
    2) The variance of the change is the sum of both total variances, of sampling and
       imputation, less twice the covariance of the sampling, from those who answered in both
       editions (int_change_covariances), which no correlation above 1 can give; 0 without any.
    3) Student's t; degrees of freedom by Satterthwaite (1946), Biometrics Bulletin 2, of both
       variances.
A change without a variance (both shares 0, or 100) has no interval and no test.
*/
with

cell_pairs as (

    select * from {{ ref('int_change_pairs') }}

),

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}

),

covariances as (

    select * from {{ ref('int_change_covariances') }}

),

differences as (

    select
        cell_pairs.*,
        previous.estimate_pct as previous_estimate_pct,
        later.estimate_pct,
        later.estimate_pct - previous.estimate_pct as change_pp,
        pow(previous.se_pct, 2) + pow(later.se_pct, 2) as variance_sum,
        pow(previous.se_sampling_pct, 2) + pow(later.se_sampling_pct, 2) as sampling_variance_sum,
        previous.se_sampling_pct * later.se_sampling_pct as largest_covariance,
        coalesce(
            pow(previous.se_pct, 4) / nullif(previous.degrees_of_freedom, 0), 0
        )
        + coalesce(pow(later.se_pct, 4) / nullif(later.degrees_of_freedom, 0), 0)
            as squares_per_degree,
        previous.degrees_of_freedom > 0 and later.degrees_of_freedom > 0 as is_testable,
        coalesce(covariances.panel_count, 0) as panel_count,
        coalesce(covariances.covariance, 0) as covariance_found

    from cell_pairs

    inner join estimates as later
        on
            cell_pairs.cell_id = later.cell_id
            and cell_pairs.scope = later.scope

    inner join estimates as previous
        on
            cell_pairs.previous_cell_id = previous.cell_id
            and cell_pairs.scope = previous.scope

    left join covariances
        on
            cell_pairs.cell_id = covariances.cell_id
            and cell_pairs.previous_cell_id = covariances.previous_cell_id

),

bounded as (

    select
        *,
        greatest(least(covariance_found, largest_covariance), -largest_covariance) as covariance

    from differences

),

tested as (

    select
        *,
        sqrt(if(variance_sum < 2 * covariance, 0, variance_sum - 2 * covariance)) as se_pp,
        sqrt(
            if(sampling_variance_sum < 2 * covariance, 0, sampling_variance_sum - 2 * covariance)
        ) as se_sampling_pp,
        covariance / nullif(largest_covariance, 0) as sampling_correlation,
        if(is_testable, pow(variance_sum, 2) / nullif(squares_per_degree, 0), null)
            as degrees_of_freedom

    from bounded

),

final as (

    select
        cell_id,
        previous_cell_id,
        edition,
        previous_edition,
        scope,
        indicator_id,
        base_id,
        domain,
        category,
        is_comparable,
        comparability_reason,
        previous_estimate_pct,
        estimate_pct,
        change_pp,
        se_pp,
        se_sampling_pp,
        panel_count,
        sampling_correlation,
        degrees_of_freedom,
        change_pp - student_t_quantile(0.975, degrees_of_freedom) * se_pp as ci_lower_pp,
        change_pp + student_t_quantile(0.975, degrees_of_freedom) * se_pp as ci_upper_pp,
        2 * student_t_probability(-abs(change_pp / nullif(se_pp, 0)), degrees_of_freedom)
            as p_value

    from tested

)

select * from final
