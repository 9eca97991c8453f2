-- Every expectation of Great Expectations over the strata holds. A failure names the
-- stratum: a count of the raw files or of a reference seed is not the published one.
select expectation_id || ': ' || message as message
from {{ ref('chk_expectation_results') }}
where not success
