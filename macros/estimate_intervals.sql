{#-
Means in percent, with their total precision and interval, as a `select` statement.

    1) Variance of the published deck: W + 2 B, as macros/imputation_variance.sql says.
    2) Interval of a share, of the total variance: Student's t on the logit scale or Korn and
       Graubard's, whichever is asked for. Of another mean: Student's t.
    3) Where a share is 0 or 1, W is 0: Korn and Graubard's interval of n responses, its distance to the
       share joined to that of imputation, t · √(2 B), as the root of both squares (the MOVER of Zou
       and Donner 2008, Statistics in Medicine 27, 1693-1702). Where any other has no variance, as in
       a census, it is its own interval.

Arguments:
    estimates (string): a relation with the columns that stratified_estimates returns, and
        replicate_count, between_variance, value_total_between_variance (null without further
        decks) and share_ci_method (logit or korn_graubard).
    by (list): the columns that make an estimate.

Columns returned: those of `by`, is_share, and estimate_pct, se_pct, se_sampling_pct, ci_lower_pct,
ci_upper_pct, ci_method, degrees_of_freedom, design_effect, cv_pct, effective_respondent_count,
exact_lower_pct, exact_upper_pct, fmi_pct, respondent_count, hit_count, population_estimate,
hit_population_estimate and hit_population_se.
-#}
{% macro estimate_intervals(estimates, by) -%}
    with

    totals as (

        {{ imputation_totals(estimates) | indent(8) }}

    ),

    with_exact_degrees as (

        select
            *,
            if(mean in (0, 1), degrees_of_freedom, degrees_of_freedom_total) as exact_degrees

        from totals

    ),

    bounds as (

        select
            *,
            {{ korn_graubard_bound(
                'mean', 'base_count', 'effective_count_total', 'exact_degrees', 'lower'
            ) | indent(12) }} as korn_graubard_lower,
            {{ korn_graubard_bound(
                'mean', 'base_count', 'effective_count_total', 'exact_degrees', 'upper'
            ) | indent(12) }} as korn_graubard_upper,
            {{ logit_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'lower')
                | indent(12) }} as logit_lower,
            {{ logit_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'upper')
                | indent(12) }} as logit_upper,
            {{ student_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'lower')
                | indent(12) }} as student_lower,
            {{ student_bound('mean', 'mean_se_total', 'degrees_of_freedom_total', 'upper')
                | indent(12) }} as student_upper

        from with_exact_degrees

    ),

    exact as (

        select
            *,
            case
                when korn_graubard_lower is null then null
                when mean in (0, 1)
                    then greatest(
                        mean - sqrt(
                            pow(mean - korn_graubard_lower, 2) + pow(mean - student_lower, 2)
                        ),
                        0
                    )
                when mean_se_total = 0 then mean
                else korn_graubard_lower
            end as exact_lower,
            case
                when korn_graubard_upper is null then null
                when mean in (0, 1)
                    then least(
                        mean + sqrt(
                            pow(korn_graubard_upper - mean, 2) + pow(student_upper - mean, 2)
                        ),
                        1
                    )
                when mean_se_total = 0 then mean
                else korn_graubard_upper
            end as exact_upper,
            case
                when mean is null then null
                when not is_share then 'student'
                when mean in (0, 1) then 'korn_graubard'
                else share_ci_method
            end as ci_method

        from bounds

    )

    select
        {{ by | join(', ') }},
        is_share,
        100 * value_total / nullif(base_total, 0) as estimate_pct,
        100 * mean_se_total as se_pct,
        100 * mean_se as se_sampling_pct,
        100 * case ci_method
            when 'student' then student_lower
            when 'korn_graubard' then exact_lower
            when 'logit' then logit_lower
        end as ci_lower_pct,
        100 * case ci_method
            when 'student' then student_upper
            when 'korn_graubard' then exact_upper
            when 'logit' then logit_upper
        end as ci_upper_pct,
        ci_method,
        degrees_of_freedom_total as degrees_of_freedom,
        design_effect,
        100 * mean_se_total / nullif(abs(mean), 0) as cv_pct,
        effective_count_total as effective_respondent_count,
        100 * exact_lower as exact_lower_pct,
        100 * exact_upper as exact_upper_pct,
        if(mean is null, null, 100 * missing_information) as fmi_pct,
        base_count::integer as respondent_count,
        if(is_share, value_sum, null)::integer as hit_count,
        base_total as population_estimate,
        value_total as hit_population_estimate,
        sqrt(pow(value_total_se, 2) + 2 * coalesce(value_total_between_variance, 0))
            as hit_population_se

    from exact
{%- endmacro %}
