-- Every reliability rule names measures that there are, a comparison and a status that there
-- are, and gives its source, reason and date. A rule with a slip of the pen would never fail. The
-- measures of one that is switched off need not be there: a survey may print no tables.
select
    'seeds/reference/reliability_rules.csv, rule ' || rules.rule_id
    || ': found a measure, comparison, status, source, reason or date that is missing or '
    || 'unknown; expected what models/estimates/int_estimate_statuses.sql can apply' as message
from {{ ref('reliability_rules') }} as rules
where
    rules.is_applied
    and (
        rules.measure not in (
            select measures.measure from {{ ref('int_estimate_measures') }} as measures
        )
        or rules.unless_measure not in (
            select measures.measure from {{ ref('int_estimate_measures') }} as measures
        )
    )
    or rules.measure is null
    or (rules.unless_measure is null) != (rules.unless_below is null)
    or coalesce(rules.comparison, '') not in ('below', 'at_least', 'above')
    or rules.status_code is null
    or rules.is_applied is null
    or rules.threshold is null
    or rules.source is null
    or rules.reason is null
    or rules.date is null
