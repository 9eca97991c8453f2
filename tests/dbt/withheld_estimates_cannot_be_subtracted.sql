-- An estimate that is not free has no number, and is never the only one withheld among what
-- sums to the total: the total less the others would be it.
select
    'edition ' || edition || ', indicator ' || indicator_id || ', base ' || base_id
    || ', domain ' || domain || ': found ' || any_value(conf_status) || ' with a number, or one '
    || 'estimate withheld alone; expected none' as message
from (
    select estimates.* replace (lines.domain as domain)
    from {{ ref('fct_estimates') }} as estimates
    inner join (select distinct domain from {{ ref('int_strata_domains') }}) as lines
        on estimates.domain in (lines.domain, 'total')
    where lines.domain != 'total'
)
where conf_status != 'F'
group by edition, indicator_id, base_id, domain
having
    count(*) = 1
    or count(estimate_pct) + count(se_pct) + count(respondent_count) + count(hit_count)
    + count(population_estimate) + count(hit_population_estimate) > 0
