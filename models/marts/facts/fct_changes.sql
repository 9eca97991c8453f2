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

-- On fewer sectors a change would give away what is withheld of the others.
withheld_in_part as (

    select distinct
        edition,
        indicator_id,
        base_id

    from withheld

),

free as (

    select changes.*

    from changes

    anti join withheld
        on withheld.cell_id in (changes.cell_id, changes.previous_cell_id)

    anti join withheld_in_part
        on
            changes.scope != 'all_sectors'
            and withheld_in_part.edition in (changes.edition, changes.previous_edition)
            and changes.indicator_id = withheld_in_part.indicator_id
            and changes.base_id = withheld_in_part.base_id

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
        free.se_sampling_pp,
        free.panel_count,
        free.sampling_correlation,
        free.ci_lower_pp,
        free.ci_upper_pp,
        free.p_value,
        adjusted.adjusted_p_value,
        adjusted.test_family,
        adjusted.adjusted_p_value < 0.05 as is_significant,
        changes.is_comparable,
        changes.comparability_reason,
        if(later.obs_status = 'A', previous.obs_status, later.obs_status) as obs_status,
        changes.cell_id,
        changes.previous_cell_id

    from changes

    left join estimates as later
        on changes.cell_id = later.cell_id

    left join estimates as previous
        on changes.previous_cell_id = previous.cell_id

    left join free
        on
            changes.cell_id = free.cell_id
            and changes.previous_cell_id = free.previous_cell_id

    left join adjusted
        on
            free.cell_id = adjusted.cell_id
            and free.previous_cell_id = adjusted.previous_cell_id

)

select * from final
