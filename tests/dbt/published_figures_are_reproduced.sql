-- Every number that a report prints is computed to its last decimal: the golden test of
-- the whole chain. Each message names the table or figure, the row and the column; all are
-- shown, for together they show what moved.
{{ config(meta={'messages_shown': 1000}) }}
select
    figures.source || ' of edition ' || figures.edition
    || ', row ' || figures.domain || ' ' || figures.category
    || ', column ' || figures.indicator_id
    || if(figures.base_id in ('', 'all'), '', ' of ' || figures.base_id)
    || ': found ' || coalesce(round(figures.computed, 4)::varchar, 'nothing')
    || '; expected what rounds to ' || figures.published as message
from {{ ref('rpt_reconciliation') }} as figures
where
    not figures.is_reproduced
    and figures.edition in (select editions.edition from {{ ref('dim_editions') }} as editions)
order by message
