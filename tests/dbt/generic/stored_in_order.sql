{#-
Fails when a row of an edition is not after the one that is stored before it, or an edition's
rows are not together. So a key, of columns without nulls, is unique in its edition, and seen to
be with one look at each row. What stays in the lake of an engine is in no order: there the key
alone is looked at.

Arguments:
    columns (list): the key within an edition.
-#}
{% test stored_in_order(model, columns) %}

    {%- if execute and is_view(model.schema, model.identifier) %}

    select
        '{{ model.identifier }}, edition ' || edition || ': found ' || count(*) || ' rows with '
        || '{{ columns | join(", ") }} ' || {{ columns | join(" || ', ' || ") }}
        || '; expected each key once' as message

    from {{ model }}

    group by edition, {{ columns | join(", ") }}
    having count(*) > 1

    {%- else %}

    {%- set order = [] %}
    {%- for column in columns %}
        {%- set ties = [] %}
        {%- for before in columns[:loop.index0] %}
            {%- do ties.append(before ~ " = previous_" ~ before) %}
        {%- endfor %}
        {%- do ties.append(column ~ " > previous_" ~ column) %}
        {%- do order.append("(" ~ ties | join(" and ") ~ ")") %}
    {%- endfor %}

    with

    steps as (

        select
            edition,
            lag(edition) over () as previous_edition,
            {%- for column in columns %}
            {{ column }},
            lag({{ column }}) over () as previous_{{ column }}{{ "," if not loop.last }}
            {%- endfor %}

        from {{ model }}

    ),

    compared as (

        select
            *,
            edition is distinct from previous_edition as is_first,
            {{ order | join(" or ") }} as is_after

        from steps

    )

    select
        '{{ model.identifier }}, edition ' || edition || ': found '
        {%- for column in columns %}
        || '{{ column }} ' || {{ column }} || ' after ' || coalesce(previous_{{ column }}::varchar, 'none')
        {%- if not loop.last %} || ', '{% endif %}
        {%- endfor %}
        || '; expected rows in the order of {{ columns | join(", ") }}, each key once' as message

    from compared

    where not is_first and not coalesce(is_after, false)

    union all

    select
        '{{ model.identifier }}, edition ' || edition || ': found its rows in ' || count(*)
        || ' places; expected them together' as message

    from compared

    where is_first
    group by edition
    having count(*) > 1

    {%- endif %}

{% endtest %}
