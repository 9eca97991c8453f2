-- Every count of Tabel 1, Tabel 2 and "Respons en weging" is computed as published.
-- Percentages, and counts of answers, are compared in rpt_reconciliation alone: the
-- synthetic answers follow them without meeting each one.
select
    'edition ' || published.edition || ', ' || published.source || ', '
    || published.indicator_id || ', ' || published.category || ': found '
    || coalesce(published.computed::varchar, 'nothing') || '; expected '
    || published.published as message
from {{ ref('rpt_reconciliation') }} as published
where
    not published.is_reproduced
    and published.indicator_id not in (
        select indicators.indicator_id from {{ ref('dim_indicators') }} as indicators
    )
    and published.edition in (select editions.edition from {{ ref('dim_editions') }} as editions)
