-- Who says that an edition is protected, or that it is not, names the edition, a reason and a date;
-- every rule of confidentiality has a measure that the audit knows and no other rule has, a
-- threshold, its source, a reason and a date.
select
    'seeds/reference/disclosure_control.csv, edition ' || coalesce(edition::varchar, 'none')
    || ': found a decision that is incomplete; expected is_protected, reason and date' as message
from {{ ref('disclosure_control') }}
where edition is null or is_protected is null or reason is null or date is null

union all

select
    'seeds/reference/confidentiality_rules.csv, rule ' || coalesce(rule_id, 'none')
    || ': found a rule that is incomplete, or of another measure; expected respondent_count, '
    || 'solution_count or stratum_value_count, a threshold, source, reason and date' as message
from {{ ref('confidentiality_rules') }}
where
    measure not in ('respondent_count', 'solution_count', 'stratum_value_count')
    or measure is null
    or threshold is null
    or source is null
    or reason is null
    or date is null

union all

select
    'seeds/reference/confidentiality_rules.csv: found ' || count(*) || ' rules with measure '
    || measure || '; expected one' as message
from {{ ref('confidentiality_rules') }}
group by measure
having count(*) > 1
