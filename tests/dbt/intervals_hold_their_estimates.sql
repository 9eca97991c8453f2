-- Every estimate lies in its interval, this within 0 and 100 for a share, and imputation takes
-- nothing off the standard error. An interval is missing only without degrees of freedom.
select
    'edition ' || edition || ', indicator ' || indicator_id || ', base ' || base_id || ', '
    || category || ': found ' || estimate_pct || ' in ' || coalesce(ci_lower_pct, -1) || ' to '
    || coalesce(ci_upper_pct, -1) || ', standard errors ' || se_sampling_pct || ' and '
    || se_pct || '; expected an interval that holds it' as message
from {{ ref('fct_estimates') }}
where
    estimate_pct is not null
    and not coalesce(
        se_sampling_pct >= 0
        and se_pct >= se_sampling_pct
        and (
            degrees_of_freedom = 0
            or (
                estimate_pct between ci_lower_pct - 1e-9 and ci_upper_pct + 1e-9
                and (hit_count is null or (ci_lower_pct >= 0 and ci_upper_pct <= 100))
            )
        ),
        false
    )
