/*
What became of those who had an indicator in one edition, and of those who had not, a later one.

Grain: one row per pair of editions × indicator × base × domain × category × whether the
enterprise had it before; none with a single edition, or where nobody answered twice. The method
is in int_transitions. Where either edition withholds its estimate there is no row. A pair of
editions that this build does not make is kept as it was released.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

transitions as (

    select * from {{ ref('int_transitions') }}

),

statuses as (

    select * from {{ ref('int_transition_statuses') }}

),

withheld as (

    select * from {{ ref('fct_estimates') }}
    where conf_status != 'F'

),

final as (

    select
        transitions.edition,
        transitions.previous_edition,
        transitions.indicator_id,
        transitions.base_id,
        transitions.domain,
        transitions.category,
        transitions.had_it,
        transitions.estimate_pct,
        transitions.se_pct,
        transitions.exact_lower_pct as ci_lower_pct,
        transitions.exact_upper_pct as ci_upper_pct,
        transitions.degrees_of_freedom,
        transitions.respondent_count,
        transitions.hit_count,
        transitions.covered_pct,
        statuses.obs_status,
        statuses.obs_status_rule_id,
        transitions.cell_id,
        transitions.previous_cell_id

    from transitions

    inner join statuses
        on
            transitions.cell_id = statuses.cell_id
            and transitions.previous_cell_id = statuses.previous_cell_id
            and transitions.had_it = statuses.had_it

    anti join withheld
        on withheld.cell_id in (transitions.cell_id, transitions.previous_cell_id)

)

select * from final
