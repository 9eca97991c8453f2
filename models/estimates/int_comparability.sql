/*
Whether an indicator measures the same in both editions of a pair.

Grain: one row per pair of editions × indicator × base that both have.
Method: the first verdict of the seed `comparability` that fits, the one that names most of
indicator and base first; without one, whether both definitions are equal.
*/
with

definitions as (

    select * from {{ ref('int_indicator_definitions') }}

),

pairs as (

    select * from {{ ref('int_edition_pairs') }}

),

verdicts as (

    select * from {{ ref('comparability') }}

),

final as (

    select
        pairs.previous_edition,
        pairs.edition,
        pairs.scope,
        later.indicator_id,
        later.base_id,
        coalesce(verdicts.is_comparable, later.definition = previous.definition)
            as is_comparable,
        case
            when verdicts.is_comparable is not null then verdicts.reason
            when later.definition != previous.definition
                then
                    'the editions do not define it alike: ' || previous.definition
                    || ' in ' || pairs.previous_edition || ', ' || later.definition
                    || ' in ' || pairs.edition
        end as comparability_reason

    from pairs

    inner join definitions as later
        on pairs.edition = later.edition

    inner join definitions as previous
        on
            pairs.previous_edition = previous.edition
            and later.indicator_id = previous.indicator_id
            and later.base_id = previous.base_id

    left join verdicts
        on
            pairs.previous_edition = verdicts.previous_edition
            and pairs.edition = verdicts.edition
            and coalesce(later.indicator_id = verdicts.indicator_id, true)
            and coalesce(later.base_id = verdicts.base_id, true)

    qualify
        row_number() over (
            partition by
                pairs.previous_edition, pairs.edition, later.indicator_id, later.base_id
            order by
                verdicts.indicator_id is null,
                verdicts.base_id is null,
                verdicts.is_comparable,
                verdicts.reason
        ) = 1

)

select * from final
