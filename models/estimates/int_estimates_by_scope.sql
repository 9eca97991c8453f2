/*
Estimates in percent, with the precision that sampling and imputation leave.

Grain: one row per cell × scope.
Method:
    1) Sampling variance: int_estimates_sampling_variance.
    2) Imputation variance: int_imputation_variances, added by Rubin's rules as
       macros/imputation_variance.sql writes them out.
    3) Interval of a share: Student's t on the logit scale; Korn and Graubard's where it is 0
       or 1. Of another mean: Student's t. One for sampling alone, one for both.
*/
with

sampled as (

    select * from {{ ref('int_estimates_sampling_variance') }}

),

imputed as (

    select * from {{ ref('int_imputation_variances') }}

),

joined as (

    select
        sampled.*,
        imputed.replicate_count,
        imputed.between_variance

    from sampled

    left join imputed
        on
            sampled.cell_id = imputed.cell_id
            and sampled.scope = imputed.scope

),

totals as (

    {{ imputation_totals('joined') | indent(4) }}

),

bounds as (

    select
        *,
        {{ korn_graubard_bound(
            'mean', 'base_count', 'effective_count', 'degrees_of_freedom', 'lower'
        ) | indent(8) }} as exact_lower,
        {{ korn_graubard_bound(
            'mean', 'base_count', 'effective_count', 'degrees_of_freedom', 'upper'
        ) | indent(8) }} as exact_upper,
        {{ logit_bound('mean', 'mean_se', 'degrees_of_freedom', 'lower')
            | indent(8) }} as logit_lower,
        {{ logit_bound('mean', 'mean_se', 'degrees_of_freedom', 'upper')
            | indent(8) }} as logit_upper,
        {{ logit_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'lower')
            | indent(8) }} as logit_total_lower,
        {{ logit_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'upper')
            | indent(8) }} as logit_total_upper,
        {{ student_bound('mean', 'mean_se', 'degrees_of_freedom', 'lower')
            | indent(8) }} as student_lower,
        {{ student_bound('mean', 'mean_se', 'degrees_of_freedom', 'upper')
            | indent(8) }} as student_upper,
        {{ student_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'lower')
            | indent(8) }} as student_total_lower,
        {{ student_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'upper')
            | indent(8) }} as student_total_upper

    from totals

),

final as (

    select
        cell_id,
        scope,
        is_share,
        100 * value_total / nullif(base_total, 0) as estimate_pct,
        100 * mean_se as se_pct,
        100 * case
            when not is_share then student_lower
            when mean in (0, 1) then exact_lower
            else logit_lower
        end as ci_lower_pct,
        100 * case
            when not is_share then student_upper
            when mean in (0, 1) then exact_upper
            else logit_upper
        end as ci_upper_pct,
        degrees_of_freedom::integer as degrees_of_freedom,
        design_effect,
        100 * coefficient_of_variation as cv_pct,
        effective_count as effective_respondent_count,
        100 * exact_lower as exact_lower_pct,
        100 * exact_upper as exact_upper_pct,
        100 * mean_se_total as se_total_pct,
        degrees_of_freedom_total,
        100 * case
            when not is_share then student_total_lower
            when mean in (0, 1) then exact_lower
            else logit_total_lower
        end as ci_total_lower_pct,
        100 * case
            when not is_share then student_total_upper
            when mean in (0, 1) then exact_upper
            else logit_total_upper
        end as ci_total_upper_pct,
        if(mean is null, null, 100 * missing_information) as fmi_pct,
        base_count::integer as respondent_count,
        if(is_share, value_sum, null)::integer as hit_count,
        base_total as population_estimate,
        value_total as hit_population_estimate,
        value_total_se as hit_population_se

    from bounds

)

select * from final
