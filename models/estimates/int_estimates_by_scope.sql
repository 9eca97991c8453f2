/*
Estimates in percent, with the precision that sampling and imputation leave together.

Grain: one row per cell × scope.
Method:
    1) Sampling variance W: int_estimates_sampling_variance.
    2) Variance between hot decks B: int_imputation_variances.
    3) Both together, and the interval: macros/estimate_intervals.sql, by the method that
       int_interval_methods has for the category.
*/
with

sampled as (

    select * from {{ ref('int_estimates_sampling_variance') }}

),

imputed as (

    select * from {{ ref('int_imputation_variances') }}

),

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

methods as (

    select * from {{ ref('int_interval_methods') }}

),

joined as (

    select
        sampled.*,
        imputed.replicate_count,
        imputed.between_variance,
        imputed.value_total_between_variance,
        methods.ci_method as share_ci_method

    from sampled

    left join cells
        on sampled.cell_id = cells.cell_id

    left join methods
        on
            cells.domain = methods.domain
            and cells.category = methods.category

    left join imputed
        on
            sampled.cell_id = imputed.cell_id
            and sampled.scope = imputed.scope

),

final as (

    {{ estimate_intervals('joined', ['cell_id', 'scope']) | indent(4) }}

)

select * from final
