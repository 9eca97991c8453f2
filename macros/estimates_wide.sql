{#-
Estimates with everything that a reader or a BI tool needs beside them, as a `select` statement:
one row per edition × indicator × base × domain × category. The change is that from the nearest
edition before; where that cannot be compared there is none.

Arguments:
    estimates, changes (string): relations as fct_estimates and fct_changes, or their public forms.
-#}
{% macro estimates_wide(estimates, changes) -%}
    with

    last_changes as (

        select *

        from {{ changes }}

        qualify row_number() over (partition by cell_id order by previous_edition desc) = 1

    )

    select
        estimates.edition,
        editions.status as edition_status,
        topics.topic_id,
        topics.label_nl as topic_nl,
        topics.label_en as topic_en,
        topics.sort_order as topic_sort_order,
        estimates.indicator_id,
        indicators.label_nl as indicator_nl,
        indicators.label_en as indicator_en,
        indicators.sort_order as indicator_sort_order,
        estimates.base_id,
        bases.label_nl as base_nl,
        bases.label_en as base_en,
        bases.sort_order as base_sort_order,
        estimates.domain,
        estimates.category,
        categories.label_nl as category_nl,
        categories.label_en as category_en,
        categories.sort_order as category_sort_order,
        estimates.estimate_pct,
        estimates.ci_lower_pct,
        estimates.ci_upper_pct,
        estimates.respondent_count,
        estimates.population_estimate,
        coalesce(estimates.estimate_pct is not null and estimates.obs_status = 'A', false)
            as is_quotable,
        estimates.obs_status,
        estimates.conf_status,
        last_changes.previous_edition as change_since_edition,
        if(last_changes.is_comparable, last_changes.change_pp, null) as change_pp,
        if(last_changes.is_comparable, last_changes.ci_lower_pp, null) as change_ci_lower_pp,
        if(last_changes.is_comparable, last_changes.ci_upper_pp, null) as change_ci_upper_pp,
        case
            when last_changes.cell_id is null then null
            when not last_changes.is_comparable then 'not_comparable'
            when last_changes.is_significant then 'significant'
            when not last_changes.is_significant then 'not_significant'
            else 'not_tested'
        end as change_verdict,
        estimates.cell_id

    from {{ estimates }} as estimates

    inner join {{ ref('dim_editions') }} as editions
        on estimates.edition = editions.edition

    inner join {{ ref('dim_indicators') }} as indicators
        on estimates.indicator_id = indicators.indicator_id

    left join {{ ref('topics') }} as topics
        on indicators.topic_id = topics.topic_id

    inner join {{ ref('dim_bases') }} as bases
        on estimates.base_id = bases.base_id

    inner join {{ ref('dim_categories') }} as categories
        on
            estimates.domain = categories.domain
            and estimates.category = categories.category

    left join last_changes
        on estimates.cell_id = last_changes.cell_id
{%- endmacro %}
