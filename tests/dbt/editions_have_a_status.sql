-- The status of an edition decides which raw files it is read from and what readers see of it:
-- one that no word is known for would be described wrongly.
select
    'seeds/reference/editions.csv, edition ' || editions.edition || ', column status: found '
    || coalesce('''' || editions.status || '''', 'an empty cell')
    || '; expected one of synthetic, provisional, final' as message
from {{ ref('editions') }} as editions
where coalesce(editions.status, '') not in ('synthetic', 'provisional', 'final')
