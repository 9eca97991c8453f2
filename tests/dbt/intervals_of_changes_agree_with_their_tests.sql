-- The 95% interval of a change leaves 0 out where its p-value is below 0.05, and nowhere else.
select
    'editions ' || previous_edition || ' and ' || edition || ', indicator ' || indicator_id
    || ', base ' || base_id || ', ' || category || ': found ' || ci_lower_pp || ' to '
    || ci_upper_pp || ' with p-value ' || coalesce(p_value::varchar, 'none')
    || '; expected an interval that holds 0 from 0.05 on alone' as message
from {{ ref('fct_changes') }}
where
    ci_lower_pp < ci_upper_pp
    and (0 between ci_lower_pp and ci_upper_pp) is distinct from p_value >= 0.05
