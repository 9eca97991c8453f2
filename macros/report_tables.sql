{#-
Rows of a table of counts per stratum, margins included.

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
        any_value(size_classes.label_nl) as size_class_label_nl,
        any_value(size_classes.label_en) as size_class_label_en,
        any_value(sectors.label_nl) as sector_label_nl,
        any_value(sectors.label_en) as sector_label_en,
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

    left join {{ ref('dim_sectors') }} as sectors
        on strata.sector_code = sectors.sector_code

    left join {{ ref('dim_size_classes') }} as size_classes
        on strata.size_class_code = size_classes.size_class_code

    group by
        strata.edition, strata.sector_code, strata.size_class_code,
        strata.is_sector_total, strata.is_size_total
{%- endmacro %}


{#-
Rows of a table of percentages: domains down, indicators across.

The indicators are the columns that the model's contract lists beyond its labels; a data
test fails when they are not those that the seed `indicators` gives this table.

Arguments:
    source (string): the table as the seed `indicators` names it.
    domain (string): the domain of its rows, as in fct_estimates.
    code_column (string): the code that identifies a row.
    dimension (relation): the dimension with that code.
-#}
{% macro indicator_table(source, domain, code_column, dimension) -%}
    select
        estimates.edition,
        dimension.{{ code_column }},
        dimension.label_nl,
        dimension.label_en,
        dimension.sort_order,
        {%- for column in report_table_indicators(model) %}
        max(round(estimates.estimate_pct, 1))
            filter (where estimates.indicator_id = '{{ column }}') as {{ column }},
        {%- endfor %}

    from {{ ref('fct_estimates') }} as estimates

    inner join {{ ref('indicators') }} as indicators
        on
            estimates.indicator_id = indicators.indicator_id
            and estimates.base_id = indicators.base_id
            and list_contains(string_split(indicators.source, '|'), '{{ source }}')

    inner join {{ dimension }} as dimension
        on estimates.category = dimension.{{ code_column }}

    where estimates.domain = '{{ domain }}'
    group by
        estimates.edition, dimension.{{ code_column }}, dimension.label_nl,
        dimension.label_en, dimension.sort_order
{%- endmacro %}


{#- The columns of a report table that hold an indicator: those of its contract that are not labels. -#}
{% macro report_table_indicators(node) -%}
    {%- set names = [] -%}
    {%- for name, column in node.columns.items() if column.get('meta', {}).get('is_indicator')
        or column.get('config', {}).get('meta', {}).get('is_indicator') -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro %}
