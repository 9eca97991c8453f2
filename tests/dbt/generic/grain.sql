{#-
Fails when two rows share the columns of the grain, or one of these columns is null.

Arguments:
    columns (list): the columns that identify a row.
-#}
{% test grain(model, columns) %}

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

{% endtest %}
