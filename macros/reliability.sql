{#-
What a reliability rule can judge a share or another mean by, one measure a row: a `select` of the
columns of `by`, measure and value.

Interval is the Korn-Graubard one. Its width relative to a share of 0 is infinite. A mean that is no
share has neither interval nor effective sample size to be judged by.

Arguments:
    estimates (string): a relation with the columns of `by`, is_share, respondent_count,
        effective_respondent_count, se_pct, cv_pct, fmi_pct, estimate_pct, exact_lower_pct and
        exact_upper_pct.
    by (list): the columns that make an estimate.
-#}
{% macro reliability_measures(estimates, by) -%}
    select * exclude (is_share)
    from (
        select
            {{ by | join(', ') }},
            is_share,
            respondent_count::double as respondent_count,
            effective_respondent_count,
            se_pct,
            cv_pct,
            fmi_pct,
            exact_upper_pct - exact_lower_pct as interval_width_pp,
            if(
                estimate_pct = 0,
                'infinity'::double,
                100 * (exact_upper_pct - exact_lower_pct) / estimate_pct
            ) as relative_interval_width_pct
        from {{ estimates }}
    )
    unpivot include nulls (
        value for measure in (
            respondent_count, effective_respondent_count, se_pct, cv_pct,
            fmi_pct, interval_width_pp, relative_interval_width_pct
        )
    )
    where is_share or measure in ('respondent_count', 'se_pct', 'cv_pct', 'fmi_pct')
{%- endmacro %}


{#-
Whether each estimate is reliable: a `select` of the columns of `by`, obs_status and
obs_status_rule_id.

An estimate fails a rule when the measure compares so with the threshold, or has no value, unless
another measure is below its own bound. The first rule that fails, of those that are applied, gives
the status; without one it is A (normal), SDMX's CL_OBS_STATUS.

Arguments:
    measures (string): a relation with the columns of `by`, measure and value.
    rules (string): the seed `reliability_rules`.
    by (list): the columns that make an estimate.
-#}
{% macro reliability_statuses(measures, rules, by) -%}
    with

    failures as (

        select
            {%- for column in by %}
            measures.{{ column }},
            {%- endfor %}
            rules.rule_id,
            rules.sort_order,
            rules.status_code

        from {{ measures }} as measures

        inner join {{ rules }} as rules
            on measures.measure = rules.measure

        left join {{ measures }} as excuses
            on
                {%- for column in by %}
                measures.{{ column }} = excuses.{{ column }} and
                {%- endfor %}
                rules.unless_measure = excuses.measure

        where
            rules.is_applied
            and coalesce(
                case rules.comparison
                    when 'below' then measures.value < rules.threshold
                    when 'at_least' then measures.value >= rules.threshold
                    when 'above' then measures.value > rules.threshold
                end,
                true
            )
            and not coalesce(excuses.value < rules.unless_below, false)

    )

    select
        {%- for column in by %}
        measured.{{ column }},
        {%- endfor %}
        coalesce(arg_min(failures.status_code, (failures.sort_order, failures.rule_id)), 'A')
            as obs_status,
        arg_min(failures.rule_id, (failures.sort_order, failures.rule_id)) as obs_status_rule_id

    from (select distinct {{ by | join(', ') }} from {{ measures }}) as measured

    left join failures
        on
            {%- for column in by %}
            {{ 'and ' if not loop.first }}measured.{{ column }} = failures.{{ column }}
            {%- endfor %}

    group by all
{%- endmacro %}
