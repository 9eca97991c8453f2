/*
What each claim of the report says, one comparison a row.

Grain: one row per claim × estimate named × what it is compared with: another estimate, a
number, or the same estimate of the edition before.
Steps:
    1) A claim with the rule of its kind; lists are split, each estimate named is a row.
    2) Compared with indicators or categories: those listed, or, where none is, every other one
       of the series of the exhibit, or of the domain. Whoever is named is not its own rival.
    3) The bounds between which what is found makes the claim true: a difference in percentage
       points, or a percentage. A rank and a sum have none.
*/
with

claims as (

    select * from {{ ref('claims') }}

),

kinds as (

    select * from {{ ref('claim_kinds') }}

),

items as (

    select * from {{ ref('figures') }}

),

domain_categories as (

    select distinct
        domain,
        category

    from {{ ref('int_strata_domains') }}

),

ruled as (

    select
        claims.claim_id,
        claims.report_edition,
        concat_ws('|', claims.section, claims.place) as test_family,
        claims.place,
        kinds.relation,
        coalesce(claims.compared_with, kinds.compared_with) as compared_with,
        claims.base_id,
        claims.domain,
        string_split(claims.indicator_ids, '|') as indicator_ids,
        string_split(claims.categories, '|') as categories,
        string_split(claims.compared_ids, '|') as compared_ids,
        coalesce(kinds.value, claims.value) as value,
        coalesce(claims.tolerance, 0) as tolerance

    from claims

    inner join kinds
        on claims.claim_kind = kinds.claim_kind

),

by_indicator as (

    select
        *,
        unnest(indicator_ids) as indicator_id

    from ruled

),

named as (

    select
        *,
        unnest(categories) as category

    from by_indicator

),

listed as (

    select
        *,
        unnest(compared_ids) as compared_id

    from named

),

listed_rivals as (

    select
        claim_id,
        indicator_id,
        category,
        true as is_listed,
        if(compared_with = 'indicators', compared_id, indicator_id) as other_indicator_id,
        if(compared_with = 'bases', compared_id, base_id) as other_base_id,
        domain as other_domain,
        if(compared_with = 'categories', compared_id, category) as other_category

    from listed

),

items_beside as (

    select
        named.claim_id,
        named.indicator_id,
        named.category,
        false as is_listed,
        rivals.indicator_id as other_indicator_id,
        named.base_id as other_base_id,
        named.domain as other_domain,
        named.category as other_category

    from named

    inner join items
        on
            named.place = items.figure
            and named.indicator_id = items.indicator_id
            and named.base_id = items.base_id

    inner join items as rivals
        on
            items.figure = rivals.figure
            and items.base_id = rivals.base_id
            and items.series_id is not distinct from rivals.series_id

    where
        named.compared_with = 'indicators'
        and named.compared_ids is null
        and not list_contains(named.indicator_ids, rivals.indicator_id)

),

categories_beside as (

    select
        named.claim_id,
        named.indicator_id,
        named.category,
        false as is_listed,
        named.indicator_id as other_indicator_id,
        named.base_id as other_base_id,
        named.domain as other_domain,
        domain_categories.category as other_category

    from named

    inner join domain_categories
        on named.domain = domain_categories.domain

    where
        named.compared_with = 'categories'
        and named.compared_ids is null
        and not list_contains(named.categories, domain_categories.category)

),

wholes as (

    select
        claim_id,
        indicator_id,
        category,
        true as is_listed,
        indicator_id as other_indicator_id,
        base_id as other_base_id,
        if(compared_with = 'total', 'total', domain) as other_domain,
        if(compared_with = 'total', 'total', 'all_others') as other_category

    from named

    where compared_with in ('total', 'others')

),

rivals as (

    select * from listed_rivals
    union all by name
    select * from items_beside
    union all by name
    select * from categories_beside
    union all by name
    select * from wholes

),

final as (

    select
        named.claim_id,
        named.report_edition,
        named.test_family,
        named.place,
        named.relation,
        named.compared_with,
        coalesce(rivals.is_listed, true) as is_listed,
        named.indicator_id,
        named.base_id,
        named.domain,
        named.category,
        rivals.other_indicator_id,
        rivals.other_base_id,
        rivals.other_domain,
        rivals.other_category,
        named.value,
        case named.relation
            when 'above' then coalesce(named.value, 0)
            when 'within' then coalesce(named.value, 0) - named.tolerance
            when 'nearly' then named.value - named.tolerance
        end as lower_bound,
        case named.relation
            when 'below'
                then
                    if(named.compared_with = 'previous_edition', -1, 1)
                    * coalesce(named.value, 0)
            when 'within' then coalesce(named.value, 0) + named.tolerance
            when 'nearly' then named.value
        end as upper_bound

    from named

    left join rivals
        on
            named.claim_id = rivals.claim_id
            and named.indicator_id = rivals.indicator_id
            and named.category = rivals.category

)

select * from final
