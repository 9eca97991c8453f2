-- Where both editions of a pair cover all sectors, a change is the difference of the two
-- estimates of fct_estimates, and its standard error the root of the sum of their squares.
select
    'editions ' || changes.previous_edition || ' and ' || changes.edition || ', indicator '
    || changes.indicator_id || ', base ' || changes.base_id || ', ' || changes.category
    || ': found ' || changes.change_pp || ' (' || changes.se_pp || '); expected '
    || (later.estimate_pct - previous.estimate_pct) || ' ('
    || sqrt(pow(later.se_pct, 2) + pow(previous.se_pct, 2)) || ')' as message
from {{ ref('fct_changes') }} as changes
left join {{ ref('fct_estimates') }} as later
    on changes.cell_id = later.cell_id
left join {{ ref('fct_estimates') }} as previous
    on changes.previous_cell_id = previous.cell_id
where
    changes.scope = 'all_sectors'
    and (
        changes.change_pp is distinct from later.estimate_pct - previous.estimate_pct
        or abs(changes.se_pp - sqrt(pow(later.se_pct, 2) + pow(previous.se_pct, 2))) > 1e-9
    )
