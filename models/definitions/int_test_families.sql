/*
Which estimates are tested together when editions are compared.

Grain: one row per family × domain × indicator × base. Method: the seed `test_families`. A family is
what a reader sees at once: the key figures, or what a figure, a table or the text of the report
shows of one domain. A table that is by sector or by size is one of that domain alone. Where several
rules would take an indicator in, the first does; where several exhibits of that rule have it, it is
in the family of each.
*/
with

rules as (

    select * from {{ ref('test_families') }}

),

highlights as (

    select * from {{ ref('site_highlights') }}

),

items as (

    select * from {{ ref('figures') }}

),

titles as (

    select * from {{ ref('figure_titles') }}

),

exhibits as (

    select * from {{ ref('int_indicator_exhibits') }}

),

report_tables as (

    select * from {{ ref('report_tables') }}

),

members as (

    select
        'highlights' as members,
        null::varchar as exhibit,
        null::varchar as exhibit_domain,
        highlights.indicator_id,
        highlights.base_id

    from highlights

    union all

    select distinct
        'comparing_figure' as members,
        items.figure as exhibit,
        null::varchar as exhibit_domain,
        items.indicator_id,
        items.base_id

    from items

    inner join titles
        on items.figure = titles.figure

    where titles.compares_editions

    union all

    select
        'exhibit' as members,
        exhibits.exhibit,
        report_tables.domain as exhibit_domain,
        exhibits.indicator_id,
        exhibits.base_id

    from exhibits

    left join report_tables
        on exhibits.exhibit = report_tables.table_id

),

final as (

    select
        concat_ws('|', coalesce(members.exhibit, rules.family_rule_id), rules.domain)
            as test_family,
        rules.correction,
        rules.is_unreliable_tested,
        rules.domain,
        members.indicator_id,
        members.base_id

    from rules

    inner join members
        on
            rules.members = members.members
            and rules.domain = coalesce(members.exhibit_domain, rules.domain)

    qualify
        rank() over (
            partition by rules.domain, members.indicator_id, members.base_id
            order by rules.sort_order
        ) = 1

)

select * from final
