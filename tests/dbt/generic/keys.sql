{#-
Fails when a row's key is not in the table that it refers to; a null key refers to nothing. One test
a table, that looks at it once.

Arguments:
    refers_to (list): keys, each with
        columns (list): the key here,
        to (relation): the table referred to,
        to_columns (list): the key there, in the same order; default: the same columns,
        where_not (string): rows to leave out, as a SQL condition; default: none.
-#}
{% test keys(model, refers_to) %}

    {%- for key in refers_to %}
    {%- set to_columns = key.to_columns or key.columns %}

    (select distinct
        '{{ place_of_table(model) }}, column {{ key.columns | join(" and ") }}: found '
        {%- for column in key.columns %}
        || here.{{ column }}::varchar {{ "|| ' and '" if not loop.last }}
        {%- endfor %}
        || '; expected a value of column {{ to_columns | join(" and ") }} of '
        || '{{ place_of_table(key.to) }}' as message

    from {{ model }} as here

    left join {{ key.to }} as there
        on
            {%- for column in key.columns %}
            {{ 'and ' if not loop.first }}here.{{ column }} = there.{{ to_columns[loop.index0] }}
            {%- endfor %}

    where
        there.{{ to_columns[0] }} is null
        {%- for column in key.columns %}
        and here.{{ column }} is not null
        {%- endfor %}
        and not ({{ key.where_not or 'false' }}))

    {{ 'union all' if not loop.last }}
    {%- endfor %}

{% endtest %}
