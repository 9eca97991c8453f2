-- Every rule on families of tests says what is tested together and how it is corrected, in a
-- domain that there is, with its source, reason and date. One with a slip of the pen would take
-- nothing in.
select
    'seeds/reference/test_families.csv, rule ' || rules.family_rule_id
    || ': found members, a correction, domain, source, reason or date that is missing or unknown; '
    || 'expected what models/definitions/int_test_families.sql can apply' as message
from {{ ref('test_families') }} as rules
where
    coalesce(rules.members, '') not in ('highlights', 'comparing_figure', 'exhibit')
    or coalesce(rules.correction, '') not in ('holm', 'benjamini_hochberg')
    or coalesce(rules.domain, '') not in (
        select domains.domain from {{ ref('int_strata_domains') }} as domains
    )
    or rules.sort_order is null
    or rules.source is null
    or rules.reason is null
    or rules.date is null
