-- Every verdict on comparability is on an earlier and a later edition, says yes or no, and
-- gives a reason, a source and a date.
select
    'seeds/reference/comparability.csv, editions ' || coalesce(previous_edition::varchar, 'none')
    || ' and ' || coalesce(edition::varchar, 'none') || ', indicator '
    || coalesce(indicator_id, 'all') || ': found a verdict that is incomplete; expected an '
    || 'earlier and a later edition, is_comparable, reason, source and date' as message
from {{ ref('comparability') }}
where
    coalesce(previous_edition >= edition, true)
    or is_comparable is null
    or reason is null
    or source is null
    or date is null
