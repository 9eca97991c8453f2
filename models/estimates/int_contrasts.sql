/*
Differences of two estimates of one edition, in percentage points, with their test.

Grain: one row per contrast.
Method:
    1) Sampling variance of the difference: int_contrasts_sampling_variance.
    2) What imputation adds: the variance of the difference between hot decks, added as
       macros/imputation_variance.sql writes it out.
    3) Student's t on the total.
A difference without a variance has no interval and no test.
*/
with

pairs as (

    select * from {{ ref('int_contrast_pairs') }}

),

sampled as (

    select * from {{ ref('int_contrasts_sampling_variance') }}

),

imputed as (

    select * from {{ ref('int_contrast_imputation_variances') }}

),

joined as (

    select
        pairs.*,
        sampled.mean,
        sampled.other_mean,
        sampled.difference,
        sampled.difference_se as mean_se,
        sampled.degrees_of_freedom,
        imputed.replicate_count,
        imputed.between_variance,
        null::double as effective_count

    from pairs

    inner join sampled
        on
            pairs.cell_id = sampled.cell_id
            and pairs.other_cell_id = sampled.other_cell_id

    left join imputed
        on
            pairs.cell_id = imputed.cell_id
            and pairs.other_cell_id = imputed.other_cell_id

),

totals as (

    {{ imputation_totals('joined') | indent(4) }}

),

tested as (

    select
        *,
        if(mean_se_total > 0, degrees_of_freedom_total, null) as tested_degrees_of_freedom

    from totals

),

final as (

    select
        cell_id,
        other_cell_id,
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        other_indicator_id,
        other_base_id,
        other_domain,
        other_category,
        100 * mean as estimate_pct,
        100 * other_mean as other_estimate_pct,
        100 * difference as difference_pp,
        100 * mean_se_total as se_pp,
        100 * mean_se as se_sampling_pp,
        tested_degrees_of_freedom as degrees_of_freedom,
        100 * (
            difference
            - student_t_quantile(0.975, tested_degrees_of_freedom) * mean_se_total
        ) as ci_lower_pp,
        100 * (
            difference
            + student_t_quantile(0.975, tested_degrees_of_freedom) * mean_se_total
        ) as ci_upper_pp,
        2 * student_t_probability(
            -abs(difference / nullif(mean_se_total, 0)), tested_degrees_of_freedom
        ) as p_value

    from tested

)

select * from final
