-- An edition of which only print exists has no microdata, and so no row in the seed editions.
select
    'seeds/reference/printed_editions.csv, edition ' || printed.edition
    || ': found it in editions.csv too; expected one that only print has' as message
from {{ ref('printed_editions') }} as printed
semi join {{ ref('editions') }} as editions
    on printed.edition = editions.edition
