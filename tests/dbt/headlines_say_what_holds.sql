-- No figure or table has as its title a claim that the numbers of that edition contradict or do not
-- measure, nor one that is within noise without saying so; and no title has a name left in braces.
select
    'edition ' || headlines.edition || ', ' || headlines.exhibit || ': found title '
    || headlines.headline_en || ' of claim ' || coalesce(headlines.claim_id, 'none') || ', '
    || coalesce(claims.verdict, 'without a verdict') || '; expected what the numbers support'
        as message
from {{ ref('rpt_headlines') }} as headlines
left join {{ ref('rpt_claims') }} as claims
    on headlines.edition = claims.edition and headlines.claim_id = claims.claim_id
where
    contains(headlines.headline_nl || headlines.headline_en, '{')
    or (
        headlines.claim_id is not null
        and coalesce(claims.verdict, '') != 'supported'
        and not (claims.verdict = 'within_noise' and headlines.headline_kind = 'within_noise')
    )
    or (headlines.headline_kind = 'supported' and headlines.claim_id is null)
