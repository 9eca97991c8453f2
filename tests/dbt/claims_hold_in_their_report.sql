-- The numbers of an edition contradict nothing that its own report says in words: correct the
-- sentence, its row in seeds/reference/claims.csv, or the numbers. Within noise is no
-- contradiction, and what the edition does not measure is none either.
select
    'edition ' || edition || ', claim ' || claim_id || ', ' || place || ': found ' || found_value
    || ' for ' || cell_id || coalesce(' and ' || other_cell_id, '') || '; expected what the report '
    || 'says: ' || text_en as message
from {{ ref('rpt_claims') }}
where edition = report_edition and verdict = 'contradicted'
