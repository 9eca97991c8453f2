-- Where both editions of a pair cover all sectors, a change is the difference of the two
-- estimates of fct_estimates, and its variance the sum of theirs less twice the covariance of the
-- sampling: that of the correlation beside it, from -1 to 1; 0 where nobody answered twice.
with

compared as (

    select
        changes.*,
        later.estimate_pct - previous.estimate_pct as expected_change_pp,
        sqrt(greatest(
            pow(later.se_pct, 2) + pow(previous.se_pct, 2)
            - 2 * coalesce(changes.sampling_correlation, 0)
            * later.se_sampling_pct * previous.se_sampling_pct,
            0
        )) as expected_se_pp
    from {{ ref('fct_changes') }} as changes
    left join {{ ref('fct_estimates') }} as later
        on changes.cell_id = later.cell_id
    left join {{ ref('fct_estimates') }} as previous
        on changes.previous_cell_id = previous.cell_id
    where changes.scope = 'all_sectors'

)

select
    'editions ' || previous_edition || ' and ' || edition || ', indicator ' || indicator_id
    || ', base ' || base_id || ', ' || category || ': found ' || change_pp || ' (' || se_pp
    || '), correlation ' || coalesce(sampling_correlation::varchar, 'none') || '; expected '
    || expected_change_pp || ' (' || expected_se_pp || ')' as message
from compared
where
    change_pp is distinct from expected_change_pp
    or abs(se_pp - expected_se_pp) > 1e-9
    or sampling_correlation not between -1 and 1
    or (panel_count = 0 and sampling_correlation != 0)
