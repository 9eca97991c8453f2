-- Every category has one rule for its confidence interval, and every rule names an interval that
-- there is for a share, with its source, reason and date. A category without one would have no
-- interval.
select
    'seeds/reference/interval_rules.csv, ' || coalesce(rules.domain, 'no domain') || ' '
    || coalesce(rules.category, 'all') || ': found ci_method '
    || coalesce(rules.ci_method, 'none') || ', or no source, reason or date; expected logit or '
    || 'korn_graubard, and why' as message
from {{ ref('interval_rules') }} as rules
where
    rules.domain is null
    or coalesce(rules.ci_method, '') not in ('logit', 'korn_graubard')
    or rules.source is null
    or rules.reason is null
    or rules.date is null
union all
select
    'seeds/reference/interval_rules.csv: found ' || count(*) || ' rules for ' || domain || ' '
    || coalesce(category, 'all') || '; expected one' as message
from {{ ref('interval_rules') }}
group by domain, category
having count(*) > 1
union all
select distinct
    'seeds/reference/interval_rules.csv: found no rule for ' || domains.domain || ' '
    || domains.category || '; expected one for the category or its domain' as message
from {{ ref('int_strata_domains') }} as domains
left join {{ ref('int_interval_methods') }} as methods
    on
        domains.domain = methods.domain
        and domains.category = methods.category
where methods.ci_method is null
