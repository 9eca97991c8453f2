/*
Whether an indicator measures the same in both editions of a pair.

Grain: one row per pair of editions × indicator × base that both have.
Method: the first verdict of the seed `comparability` that fits, the one that names most of
indicator and base first; without one, whether both definitions are equal. Where they are not, the
reason is a sentence on the questions that differ, the first three of each kind.
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

questions_differing as (

    select
        previous_edition,
        edition,
        indicator_id,
        base_id,
        case difference
            when 'added' then 'it rests on these too: '
            when 'dropped' then 'it no longer rests on these: '
            when 'other_codes' then 'other answers are offered to these: '
            else 'these are put to others: '
        end
        || array_to_string((list(question_id order by question_id))[:3], ', ')
        || if(count(*) > 3, ' and ' || (count(*) - 3) || ' more', '') as part

    from {{ ref('int_definition_differences') }}

    group by previous_edition, edition, indicator_id, base_id, difference

),

differences as (

    select
        previous_edition,
        edition,
        indicator_id,
        base_id,
        string_agg(part, '; ' order by part) as questions

    from questions_differing

    group by previous_edition, edition, indicator_id, base_id

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
                    'the editions do not define it alike'
                    || coalesce(': ' || differences.questions, '')
        end as comparability_reason

    from pairs

    inner join definitions as later
        on pairs.edition = later.edition

    inner join definitions as previous
        on
            pairs.previous_edition = previous.edition
            and later.indicator_id = previous.indicator_id
            and later.base_id = previous.base_id

    left join differences
        on
            pairs.previous_edition = differences.previous_edition
            and pairs.edition = differences.edition
            and later.indicator_id = differences.indicator_id
            and later.base_id = differences.base_id

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
