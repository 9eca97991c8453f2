{#-
Rows of a table of counts per stratum, margins included. Labels are those of the edition.

Arguments:
    count_columns (list): count columns of dim_strata that the table prints.
-#}
{% macro stratum_table(count_columns) -%}
    select
        strata.edition,
        strata.size_class_code,
        strata.sector_code,
        case
            when strata.is_sector_total and strata.is_size_total then 'total'
            when strata.is_sector_total then 'size'
            when strata.is_size_total then 'sector'
            else 'stratum'
        end as domain,
        any_value(coalesce(size_classes.label_nl, totals.label_nl)) as size_class_label_nl,
        any_value(coalesce(size_classes.label_en, totals.label_en)) as size_class_label_en,
        any_value(coalesce(sectors.label_nl, totals.label_nl)) as sector_label_nl,
        any_value(coalesce(sectors.label_en, totals.label_en)) as sector_label_en,
        coalesce(any_value(size_classes.sort_order), 0)::smallint as size_class_sort_order,
        coalesce(any_value(sectors.sort_order), 0)::smallint as sector_sort_order,
        {%- for column in count_columns %}
        sum(strata.{{ column }})::integer as {{ column }},
        {%- endfor %}

    from (
        select
            dim_strata.* replace (
                if(sizes.is_total, 'total', dim_strata.size_class_code) as size_class_code,
                if(sectors.is_total, 'total', dim_strata.sector_code) as sector_code
            ),
            sizes.is_total as is_size_total,
            sectors.is_total as is_sector_total

        from {{ ref('dim_strata') }} as dim_strata

        cross join (select unnest([false, true]) as is_total) as sizes

        cross join (select unnest([false, true]) as is_total) as sectors
    ) as strata

    left join {{ ref('sectors') }} as sectors
        on
            strata.sector_code = sectors.sector_code
            and {{ in_force('sectors', 'strata.edition') }}

    left join {{ ref('size_classes') }} as size_classes
        on
            strata.size_class_code = size_classes.size_class_code
            and {{ in_force('size_classes', 'strata.edition') }}

    inner join {{ ref('report_terms') }} as totals
        on totals.term_id = 'total'

    group by
        strata.edition, strata.sector_code, strata.size_class_code,
        strata.is_sector_total, strata.is_size_total
{%- endmacro %}


{#-
Rows of a table of percentages: domains down, indicators across.

Which indicators, and in which order, the seed `indicators` says when the table is built;
where an edition did not ask one, its cells are null. Labels are those of the edition.

Arguments:
    source (string): the table as the seed `indicators` names it.
    domain (string): the domain of its rows, as in fct_estimates.
    code_column (string): the code that identifies a row.
    dimension (relation): the seed with that code.
-#}
{% macro indicator_table(source, domain, code_column, dimension) -%}
    select
        estimates.edition,
        dimension.{{ code_column }},
        dimension.label_nl,
        dimension.label_en,
        dimension.sort_order,
        to_json(
            map_from_entries(
                list(
                    (estimates.indicator_id, estimates.cell_id) order by estimates.indicator_id
                )
            )
        )::varchar as cell_ids,
        {%- for indicator in report_table_indicators(source) %}
        max(round(estimates.estimate_pct, 1))
            filter (where estimates.indicator_id = '{{ indicator.indicator_id }}')
            as {{ indicator.indicator_id }},
        {%- endfor %}

    from {{ ref('fct_estimates') }} as estimates

    inner join {{ ref('int_indicator_exhibits') }} as exhibits
        on
            estimates.indicator_id = exhibits.indicator_id
            and estimates.base_id = exhibits.base_id
            and exhibits.exhibit = '{{ source }}'

    inner join {{ dimension }} as dimension
        on
            estimates.category = dimension.{{ code_column }}
            and {{ in_force('dimension', 'estimates.edition') }}

    where estimates.domain = '{{ domain }}'
    group by
        estimates.edition, dimension.{{ code_column }}, dimension.label_nl,
        dimension.label_en, dimension.sort_order
{%- endmacro %}


{#-
The indicators across a table of percentages, a list of {indicator_id, description}: those
of questions asked, then those that are derived from several. Empty while dbt only parses.

Arguments:
    source (string): the table as the seed `indicators` names it.
-#}
{% macro report_table_indicators(source) -%}
    {%- set found = [] -%}
    {%- set query -%}
        select
            indicators.indicator_id,
            indicators.label_en || ': percent, one decimal; base: '
            || string_agg(bases.label_en, ', ' order by bases.sort_order)
            || '. Null where the edition did not ask it. Not to be summed.' as description
        from {{ ref('indicators') }} as indicators
        inner join {{ ref('int_indicator_exhibits') }} as exhibits
            on
                indicators.indicator_id = exhibits.indicator_id
                and indicators.base_id = exhibits.base_id
        inner join {{ ref('bases') }} as bases
            on indicators.base_id = bases.base_id
        where exhibits.exhibit = '{{ source }}'
        group by
            indicators.indicator_id, indicators.question_id,
            indicators.label_en, indicators.sort_order
        order by
            indicators.question_id in (select question_id from {{ ref('derived_questions') }}),
            indicators.sort_order,
            indicators.indicator_id
    {%- endset -%}
    {%- if execute -%}
        {%- for row in run_query(query) -%}
            {%- do found.append({'indicator_id': row[0], 'description': row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found) -}}
{%- endmacro %}


{#-
Describes the columns of a table of percentages that hold an indicator, as dbt describes
those that are in YAML. A hook: it runs after the table is built.

Arguments:
    source (string): the table as the seed `indicators` names it.
-#}
{% macro describe_indicator_columns(source) -%}
    {%- for indicator in report_table_indicators(source) %}
        comment on column {{ this }}.{{ indicator.indicator_id }}
        is '{{ escape_single_quotes(indicator.description) }}';
    {%- endfor -%}
{%- endmacro %}
