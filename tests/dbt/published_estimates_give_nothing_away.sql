-- What is published of a protected edition leaves the answers in each stratum open: no estimate
-- of a sector or a size class, published or withheld, follows from the others to within what
-- confidentiality_rules asks for. A failure means that more has to be withheld.
select
    'edition ' || edition || ', indicator ' || indicator_id || ', base ' || base_id || ', '
    || coalesce('stratum ' || stratum_id, domain || ' ' || category) || ', ' || measure
    || ': found ' || found || '; expected at least ' || expected as message
from {{ ref('chk_published_gives_away') }}
