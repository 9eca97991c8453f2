/*
The change of each estimate from one edition to a later one.

Grain: one row per pair of editions × indicator × base × domain × category that both have.
Method:
    1) Both estimates are of the scope of the pair: the sectors that both editions cover.
    2) The variance of the change is the sum of both total variances, of sampling and
       imputation. Enterprises that answered both times make the true one somewhat smaller:
       the test is conservative.
    3) It is comparable when the indicator is, and the category holds the same enterprises.
    4) Student's t; degrees of freedom by Satterthwaite (1946), Biometrics Bulletin 2.
A change without a variance (both shares 0, or 100) has no interval and no test.
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

estimates as (

    select * from {{ ref('int_estimates_by_scope') }}

),

comparability as (

    select * from {{ ref('int_comparability') }}

),

category_breaks as (

    select * from {{ ref('int_category_breaks') }}

),

cell_pairs as (

    select
        cells.cell_id,
        previous_cells.cell_id as previous_cell_id,
        comparability.edition,
        comparability.previous_edition,
        comparability.scope,
        cells.indicator_id,
        cells.base_id,
        cells.domain,
        cells.category,
        comparability.is_comparable and category_breaks.reason is null as is_comparable,
        nullif(
            concat_ws('; ', comparability.comparability_reason, category_breaks.reason), ''
        ) as comparability_reason

    from comparability

    inner join cells
        on
            comparability.edition = cells.edition
            and comparability.indicator_id = cells.indicator_id
            and comparability.base_id = cells.base_id

    inner join cells as previous_cells
        on
            comparability.previous_edition = previous_cells.edition
            and cells.indicator_id = previous_cells.indicator_id
            and cells.base_id = previous_cells.base_id
            and cells.domain = previous_cells.domain
            and cells.category = previous_cells.category

    left join category_breaks
        on
            comparability.previous_edition = category_breaks.previous_edition
            and comparability.edition = category_breaks.edition
            and cells.domain = category_breaks.domain
            and cells.category = category_breaks.category

),

differences as (

    select
        cell_pairs.*,
        previous.estimate_pct as previous_estimate_pct,
        later.estimate_pct,
        later.estimate_pct - previous.estimate_pct as change_pp,
        pow(previous.se_pct, 2) + pow(later.se_pct, 2) as variance,
        sqrt(pow(previous.se_sampling_pct, 2) + pow(later.se_sampling_pct, 2))
            as se_sampling_pp,
        coalesce(
            pow(previous.se_pct, 4) / nullif(previous.degrees_of_freedom, 0), 0
        )
        + coalesce(pow(later.se_pct, 4) / nullif(later.degrees_of_freedom, 0), 0)
            as squares_per_degree,
        previous.degrees_of_freedom > 0 and later.degrees_of_freedom > 0 as is_testable

    from cell_pairs

    inner join estimates as later
        on
            cell_pairs.cell_id = later.cell_id
            and cell_pairs.scope = later.scope

    inner join estimates as previous
        on
            cell_pairs.previous_cell_id = previous.cell_id
            and cell_pairs.scope = previous.scope

),

tested as (

    select
        *,
        sqrt(variance) as se_pp,
        if(is_testable, pow(variance, 2) / nullif(squares_per_degree, 0), null)
            as degrees_of_freedom

    from differences

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
        degrees_of_freedom,
        change_pp - student_t_quantile(0.975, degrees_of_freedom) * se_pp as ci_lower_pp,
        change_pp + student_t_quantile(0.975, degrees_of_freedom) * se_pp as ci_upper_pp,
        2 * student_t_probability(-abs(change_pp / nullif(se_pp, 0)), degrees_of_freedom)
            as p_value

    from tested

)

select * from final
