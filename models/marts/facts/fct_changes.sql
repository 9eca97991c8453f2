/*
Change of every indicator from one edition to a later one, with its test.

Grain: one row per pair of editions × indicator × base × domain × category; none with a
single edition. The method is in int_changes and int_changes_adjusted. Where either edition
withholds the estimate, the row says so and has no numbers. A change between two editions that
this build does not make is kept as it was released.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

changes as (

    select * from {{ ref('int_changes') }}

),

adjusted as (

    select * from {{ ref('int_changes_adjusted') }}

),

estimates as (

    select * from {{ ref('fct_estimates') }}

),

withheld as (

    select * from estimates
    where conf_status != 'F'

),

free as (

    select changes.*

    from changes

    anti join withheld
        on
            withheld.edition in (changes.edition, changes.previous_edition)
            and changes.indicator_id = withheld.indicator_id
            and changes.base_id = withheld.base_id
            and changes.domain = withheld.domain
            and changes.category = withheld.category

),

final as (

    select
        changes.edition,
        changes.previous_edition,
        changes.indicator_id,
        changes.base_id,
        changes.domain,
        changes.category,
        changes.scope,
        free.previous_estimate_pct,
        free.estimate_pct,
        free.change_pp,
        free.se_pp,
        free.ci_lower_pp,
        free.ci_upper_pp,
        free.p_value,
        free.se_total_pp,
        adjusted.adjusted_p_value,
        adjusted.adjusted_p_value < 0.05 as is_significant,
        changes.is_comparable,
        changes.comparability_reason,
        if(later.obs_status = 'A', previous.obs_status, later.obs_status) as obs_status

    from changes

    left join estimates as later
        on
            changes.edition = later.edition
            and changes.indicator_id = later.indicator_id
            and changes.base_id = later.base_id
            and changes.domain = later.domain
            and changes.category = later.category

    left join estimates as previous
        on
            changes.previous_edition = previous.edition
            and changes.indicator_id = previous.indicator_id
            and changes.base_id = previous.base_id
            and changes.domain = previous.domain
            and changes.category = previous.category

    left join free
        on
            changes.edition = free.edition
            and changes.previous_edition = free.previous_edition
            and changes.indicator_id = free.indicator_id
            and changes.base_id = free.base_id
            and changes.domain = free.domain
            and changes.category = free.category

    left join adjusted
        on
            free.edition = adjusted.edition
            and free.previous_edition = adjusted.previous_edition
            and free.indicator_id = adjusted.indicator_id
            and free.base_id = adjusted.base_id
            and free.domain = adjusted.domain
            and free.category = adjusted.category

)

select * from final
