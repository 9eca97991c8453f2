-- Every input check has a level, severity and type that there are, words for what was found and
-- is expected, a reason when it does not stop the build, and a condition that can be judged. A
-- rule with a slip of the pen would never find anything.
select
    'seeds/reference/validation_rules.csv, rule ' || rules.rule_id
    || ': found a level, severity, rule_type, kind of value, condition, pattern, expected or '
    || 'justification that is missing or unknown; expected what '
    || 'models/responses/raw/raw_faulty_values.sql can judge' as message
from {{ ref('validation_rules') }} as rules
where
    coalesce(rules.level, '') not in ('file', 'record', 'cross-record', 'cross-file')
    or coalesce(rules.severity, '') not in ('error', 'warning', 'information')
    or (rules.severity = 'error') = (rules.justification is not null)
    or coalesce(rules.rule_type, '') not in (
        'EVA', 'FLF', 'FDD', 'FDT', 'FDL', 'FDM', 'COV', 'RWD', 'REP', 'RNR', 'COC', 'VIR', 'VCO'
    )
    or rules.message is null
    or rules.expected is null
    or rules.sort_order is null
    or (rules.condition is null) != (rules.value_kinds is null)
    or rules.condition not in (
        'is_missing', 'matches', 'differs', 'is_unlisted', 'is_unlabelled',
        'fails_check_digits', 'is_real', 'is_no_time', 'is_outside_fieldwork'
    )
    or (coalesce(rules.condition, '') in ('matches', 'differs')) != (rules.pattern is not null)
    or (
        rules.value_kinds != '*'
        and not list_has_all(
            (
                select list(columns_expected.value_kind)
                from {{ ref('int_raw_columns') }} as columns_expected
            ),
            string_split(rules.value_kinds, '|')
        )
    )
    -- A rule on enterprise numbers has words of its own, so that no number is ever quoted.
    or (
        rules.found is null
        and list_has_any(
            string_split(rules.value_kinds, '|'), ['enterprise_number', 'reported_number']
        )
    )
