{#-
Each indicator of all enterprises through the editions, surveyed here or only in print, as a
`select` statement: one row per edition × indicator × base. What an edition of which only print
exists says has no interval and is tested against nothing; once the edition is surveyed here, it
takes no part. A break is between an edition and the one before it in the series: where either
cannot be compared as it is.

Arguments:
    estimates, changes (string): relations as fct_estimates and fct_changes, or their public forms.
-#}
{% macro series(estimates, changes) -%}
    with

    printed_editions as (

        select * from {{ ref('printed_editions') }}

    ),

    printed_estimates as (

        select * from {{ ref('printed_estimates') }}

    ),

    points as (

        select
            edition,
            indicator_id,
            base_id,
            'survey' as series_kind,
            estimate_pct,
            ci_lower_pct,
            ci_upper_pct,
            respondent_count,
            obs_status,
            true as is_comparable

        from {{ estimates }}

        where domain = 'total'

        union all by name

        select
            printed_estimates.edition,
            printed_estimates.indicator_id,
            printed_estimates.base_id,
            'print' as series_kind,
            printed_estimates.value as estimate_pct,
            printed_editions.is_comparable,
            printed_editions.reason_nl,
            printed_editions.reason_en,
            printed_editions.source

        from printed_estimates

        inner join printed_editions
            on printed_estimates.edition = printed_editions.edition

        anti join {{ estimates }} as surveyed
            on printed_estimates.edition = surveyed.edition

    ),

    ordered as (

        select
            *,
            lag(edition) over series as previous_edition,
            lag(series_kind) over series as previous_kind,
            lag(is_comparable) over series as was_comparable,
            lag(reason_nl) over series as previous_reason_nl,
            lag(reason_en) over series as previous_reason_en

        from points

        window series as (partition by indicator_id, base_id order by edition)

    )

    select
        ordered.edition,
        ordered.indicator_id,
        ordered.base_id,
        ordered.series_kind,
        ordered.estimate_pct,
        ordered.ci_lower_pct,
        ordered.ci_upper_pct,
        ordered.respondent_count,
        ordered.obs_status,
        ordered.previous_edition,
        case
            when ordered.previous_edition is null then false
            when 'print' in (ordered.series_kind, ordered.previous_kind)
                then not (ordered.is_comparable and ordered.was_comparable)
            else not coalesce(changes.is_comparable, false)
        end as is_break,
        if(is_break, coalesce(ordered.reason_nl, ordered.previous_reason_nl), null)
            as break_reason_nl,
        if(is_break, coalesce(ordered.reason_en, ordered.previous_reason_en), null)
            as break_reason_en,
        ordered.source

    from ordered

    left join {{ changes }} as changes
        on
            ordered.edition = changes.edition
            and ordered.previous_edition = changes.previous_edition
            and ordered.indicator_id = changes.indicator_id
            and ordered.base_id = changes.base_id
            and changes.domain = 'total'
{%- endmacro %}
