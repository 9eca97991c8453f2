{#-
Fails when two rows in force in the same edition share the columns of the grain, when one
of these columns is null, or when a row ends before it begins.

Arguments:
    columns (list): the columns that identify a row in an edition.
-#}
{% test grain_in_force(model, columns) %}

    select
        {%- set place = [] %}
        {%- for column in columns -%}
            {%- do place.append("'" ~ column ~ " ' || coalesce(seed." ~ column ~ "::varchar, 'null')") -%}
        {%- endfor %}
        '{{ model.identifier }}, edition ' || editions.edition || ': found ' || count(*)
        || ' rows with ' || {{ place | join(" || ', ' || ") }}
        || '; expected one, without nulls, from first_edition to last_edition' as message

    from {{ model }} as seed

    inner join (select distinct edition from {{ ref('editions') }}) as editions
        on {{ in_force('seed', 'editions.edition') }}

    group by editions.edition, seed.{{ columns | join(', seed.') }}
    having
        count(*) > 1
        {%- for column in columns %}
        or seed.{{ column }} is null
        {%- endfor %}

    union all

    select
        '{{ model.identifier }}, ' || {{ place | join(" || ', ' || ") }}
        || ', column last_edition: found ' || seed.last_edition || '; expected '
        || seed.first_edition || ', the first_edition, or later' as message

    from {{ model }} as seed

    where seed.last_edition < seed.first_edition

{% endtest %}
