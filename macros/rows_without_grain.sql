{#- A row for each set of rows that share the columns of a grain, or have a null in one. -#}
{% macro rows_without_grain(model, columns) -%}

    select
        {%- set place = [] %}
        {%- for column in columns -%}
            {%- do place.append("'" ~ column ~ " ' || coalesce(" ~ column ~ "::varchar, 'null')") -%}
        {%- endfor %}
        '{{ model.identifier }}: found ' || count(*) || ' rows with '
        || {{ place | join(" || ', ' || ") }} || '; expected one, without nulls' as message

    from {{ model }}

    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns %}
        or {{ column }} is null
        {%- endfor %}

{%- endmacro %}
