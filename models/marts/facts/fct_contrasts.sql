/*
Difference of two estimates of one edition, with its test.

Grain: one row per edition × pair of estimates that a reader compares. The method is in
int_contrasts and int_contrasts_adjusted, which pairs in int_contrasts_asked. Where either
estimate is withheld, the row says so and has no numbers.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

contrasts as (

    select * from {{ ref('int_contrasts') }}

),

adjusted as (

    select * from {{ ref('int_contrasts_adjusted') }}

),

estimates as (

    select * from {{ ref('fct_estimates') }}

),

withheld as (

    select * from estimates
    where conf_status != 'F'

),

free as (

    select contrasts.*

    from contrasts

    anti join withheld
        on withheld.cell_id in (contrasts.cell_id, contrasts.other_cell_id)

),

final as (

    select
        contrasts.edition,
        contrasts.indicator_id,
        contrasts.base_id,
        contrasts.domain,
        contrasts.category,
        contrasts.other_indicator_id,
        contrasts.other_base_id,
        contrasts.other_domain,
        contrasts.other_category,
        free.estimate_pct,
        free.other_estimate_pct,
        free.difference_pp,
        free.se_pp,
        free.ci_lower_pp,
        free.ci_upper_pp,
        free.p_value,
        free.se_sampling_pp,
        adjusted.test_family,
        if(free.cell_id is null, null, adjusted.adjusted_p_value) as adjusted_p_value,
        if(free.cell_id is null, null, adjusted.adjusted_p_value < 0.05) as is_significant,
        if(one.obs_status = 'A', coalesce(other.obs_status, 'A'), one.obs_status) as obs_status,
        contrasts.cell_id,
        contrasts.other_cell_id

    from contrasts

    inner join adjusted
        on
            contrasts.cell_id = adjusted.cell_id
            and contrasts.other_cell_id = adjusted.other_cell_id

    inner join estimates as one
        on contrasts.cell_id = one.cell_id

    left join estimates as other
        on contrasts.other_cell_id = other.cell_id

    left join free
        on
            contrasts.cell_id = free.cell_id
            and contrasts.other_cell_id = free.other_cell_id

)

select * from final
