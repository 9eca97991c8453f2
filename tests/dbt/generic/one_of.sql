{#-
Fails when a column of a raw file has a value that is not in the list; says file and line.

Arguments:
    column_name (string): the column.
    values (list): the values expected.
    is_optional (boolean): whether an empty cell is expected too.
-#}
{% test one_of(model, column_name, values, is_optional=false) %}

    select
        file_name || ', line ' || line_number || ', column {{ column_name }}: found '
        || coalesce('''' || {{ column_name }} || '''', 'an empty cell')
        || '; expected {{ values | join(" or ") }}{{ " or an empty cell" if is_optional }}'
            as message

    from {{ model }}

    where
        {{ column_name }} not in ('{{ values | join("', '") }}')
        {%- if not is_optional %}
        or {{ column_name }} is null
        {%- endif %}

    order by file_name, line_number

{% endtest %}
