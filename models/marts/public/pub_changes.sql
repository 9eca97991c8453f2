/*
Changes between editions as everybody may see them.

Grain: one row per pair of editions × indicator × base × domain × category, as fct_changes has
them.
A change is the difference of the two percentages as printed. Its interval is made of the public
intervals of both (MOVER: Newcombe 1998, Statistics in Medicine 17, 873-890; Zou and Donner 2008,
the same 27, 1693-1702), around that difference, so that it says no more than they do. A p-value
would show the standard error: whether a change is significant is of the test in fct_changes.
*/
with

changes as (

    select * from {{ ref('fct_changes') }}

),

estimates as (

    select * from {{ ref('pub_estimates') }}

),

rounded as (

    select
        *,
        round(previous_estimate_pct, 1) as previous_pct,
        round(estimate_pct, 1) as pct,
        round(pct - previous_pct, 1) as printed_change_pp

    from changes

),

final as (

    select
        rounded.edition,
        rounded.previous_edition,
        rounded.indicator_id,
        rounded.base_id,
        rounded.domain,
        rounded.category,
        rounded.scope,
        rounded.previous_pct as previous_estimate_pct,
        rounded.pct as estimate_pct,
        rounded.printed_change_pp as change_pp,
        round(
            rounded.printed_change_pp - sqrt(
                pow(later.estimate_pct - later.ci_lower_pct, 2)
                + pow(previous.ci_upper_pct - previous.estimate_pct, 2)
            ),
            1
        ) as ci_lower_pp,
        round(
            rounded.printed_change_pp + sqrt(
                pow(later.ci_upper_pct - later.estimate_pct, 2)
                + pow(previous.estimate_pct - previous.ci_lower_pct, 2)
            ),
            1
        ) as ci_upper_pp,
        rounded.test_family,
        rounded.is_significant,
        rounded.is_comparable,
        rounded.comparability_reason,
        if(rounded.change_pp is null, null, rounded.obs_status) as obs_status,
        rounded.cell_id,
        rounded.previous_cell_id

    from rounded

    left join estimates as later
        on rounded.cell_id = later.cell_id

    left join estimates as previous
        on rounded.previous_cell_id = previous.cell_id

)

select * from final
