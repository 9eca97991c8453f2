{#-
Fails when a row's key is not in the table that it refers to; a null key refers to nothing.

Arguments:
    columns (list): the key here.
    to (relation): the table referred to.
    to_columns (list): the key there, in the same order; default: the same columns.
    where_not (string): rows to leave out, as a SQL condition.
-#}
{% test refers_to(model, columns, to, to_columns=none, where_not='false') %}

    {%- set to_columns = to_columns or columns %}

    select distinct
        '{{ model.identifier }}, column {{ columns | join(" and ") }}: found '
        {%- for column in columns %}
        || here.{{ column }}::varchar {{ "|| ' and '" if not loop.last }}
        {%- endfor %}
        || '; expected a value of {{ to.identifier }}.{{ to_columns | join(" and ") }}' as message

    from {{ model }} as here

    left join {{ to }} as there
        on
            {%- for column in columns %}
            {{ 'and ' if not loop.first }}here.{{ column }} = there.{{ to_columns[loop.index0] }}
            {%- endfor %}

    where
        there.{{ to_columns[0] }} is null
        {%- for column in columns %}
        and here.{{ column }} is not null
        {%- endfor %}
        and not ({{ where_not }})

{% endtest %}
