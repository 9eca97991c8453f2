-- A claim that compares with other estimates has some: its figure shows the indicator that it
-- names, or it lists them, and its kind says what else it compares with.
select
    'seeds/reference/claims.csv, claim ' || claim_id || ': found nothing that ' || indicator_id
    || ', ' || category || ', is compared with; expected compared_ids, or a figure with '
    || 'that indicator and base as its place' as message
from {{ ref('int_claim_comparisons') }}
where
    compared_with is null
    or (compared_with not in ('number', 'previous_edition') and other_indicator_id is null)
