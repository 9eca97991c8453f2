/*
Change of every indicator from one edition to a later one, with its test.

Grain: one row per pair of editions × indicator × base × domain × category; none with a
single edition. The method is in int_changes and int_changes_adjusted.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

changes as (

    select * from {{ ref('int_changes') }}

),

adjusted as (

    select * from {{ ref('int_changes_adjusted') }}

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
        changes.previous_estimate_pct,
        changes.estimate_pct,
        changes.change_pp,
        changes.se_pp,
        changes.ci_lower_pp,
        changes.ci_upper_pp,
        changes.p_value,
        changes.se_total_pp,
        adjusted.adjusted_p_value,
        adjusted.adjusted_p_value < 0.05 as is_significant,
        changes.is_comparable,
        changes.comparability_reason

    from changes

    left join adjusted
        on
            changes.edition = adjusted.edition
            and changes.previous_edition = adjusted.previous_edition
            and changes.indicator_id = adjusted.indicator_id
            and changes.base_id = adjusted.base_id
            and changes.domain = adjusted.domain
            and changes.category = adjusted.category

)

select * from final
