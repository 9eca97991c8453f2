/*
What this build would change in the numbers that are released.

Grain: one row per released number that differs: mart × edition × previous edition ×
indicator × base × domain × category × measure; none before the first release.
Steps:
    1) Numbers of the last release and of this build, for the editions that both have. An
       edition, or a pair with one, that is new adds to the release and moves nothing.
    2) They differ where one is missing, or by more than 1e-9: what adding doubles in
       another order can do is some 1e-12.
    3) A number moves or vanishes by permission alone: the seed editions gives one of its
       editions a higher revision than the last release has. A row that appears, such as
       that of a new indicator, changes nothing that was released; and what is withheld to
       protect those who answered needs no permission, and is not repeated here.
*/
{%- set marts = [
    {
        'mart': 'fct_estimates',
        'place': {
            'indicator_id': 'indicator_id', 'base_id': 'base_id',
            'domain': 'domain', 'category': 'category',
        },
        'estimate': 'estimate_pct',
        'standard_error': 'se_pct',
    },
    {
        'mart': 'fct_changes',
        'place': {
            'previous_edition': 'previous_edition',
            'indicator_id': 'indicator_id', 'base_id': 'base_id',
            'domain': 'domain', 'category': 'category',
        },
        'estimate': 'change_pp',
        'standard_error': 'se_pp',
    },
    {'mart': 'fct_fieldwork', 'place': {'indicator_id': 'indicator_id'}},
    {'mart': 'dim_strata', 'place': {'domain': "'stratum'", 'category': 'stratum_id'}},
] %}
with

built as (

    {% for mart in marts %}
        {{ mart_numbers(**mart) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

released as (

    {% for mart in marts %}
        {{ mart_numbers(is_released=true, **mart) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

withheld as (

    select * from {{ ref('fct_estimates') }}
    where conf_status != 'F'

),

editions as (

    select * from {{ ref('dim_editions') }}

),

revisions as (

    {{ released_revisions() | indent(4) }}

),

permissions as (

    select
        revisions.edition,
        coalesce(editions.revision > revisions.revision, false) as is_granted

    from revisions

    left join editions
        on revisions.edition = editions.edition

),

compared as (

    select
        coalesce(released.mart_name, built.mart_name) as mart_name,
        coalesce(released.edition, built.edition) as edition,
        coalesce(released.previous_edition, built.previous_edition) as previous_edition,
        coalesce(released.indicator_id, built.indicator_id) as indicator_id,
        coalesce(released.base_id, built.base_id) as base_id,
        coalesce(released.domain, built.domain) as domain,
        coalesce(released.category, built.category) as category,
        coalesce(released.measure, built.measure) as measure,
        case
            when released.mart_name is null then 'appeared'
            when
                built.value is null
                and exists (
                    select 1
                    from withheld
                    where
                        withheld.edition in (built.edition, built.previous_edition)
                        and withheld.indicator_id = built.indicator_id
                        and withheld.base_id = built.base_id
                        and withheld.domain = built.domain
                        and withheld.category = built.category
                )
                then 'withheld'
            when built.value is null then 'vanished'
            else 'moved'
        end as difference_kind,
        released.value as released_value,
        built.value as built_value,
        built.value - released.value as difference,
        released.se as released_se

    from released

    full outer join built
        on
            released.mart_name = built.mart_name
            and released.edition = built.edition
            and released.previous_edition is not distinct from built.previous_edition
            and released.indicator_id is not distinct from built.indicator_id
            and released.base_id is not distinct from built.base_id
            and released.domain = built.domain
            and released.category = built.category
            and released.measure = built.measure

    where
        (released.value is null) != (built.value is null)
        or abs(built.value - released.value) > 1e-9

),

final as (

    select
        compared.mart_name,
        compared.edition,
        compared.previous_edition,
        compared.indicator_id,
        compared.base_id,
        compared.domain,
        compared.category,
        compared.measure,
        compared.difference_kind,
        if(compared.difference_kind = 'withheld', null, compared.released_value)
            as released_value,
        compared.built_value,
        compared.difference,
        if(compared.difference_kind = 'withheld', null, compared.released_se)
            as released_se,
        permissions.is_granted or coalesce(previous_permissions.is_granted, false)
            as is_revised,
        is_revised or compared.difference_kind in ('appeared', 'withheld') as is_allowed

    from compared

    inner join permissions
        on compared.edition = permissions.edition

    left join permissions as previous_permissions
        on compared.previous_edition = previous_permissions.edition

    where compared.previous_edition is null or previous_permissions.edition is not null

)

select * from final
order by edition, mart_name, measure, indicator_id, base_id, domain, category, previous_edition
