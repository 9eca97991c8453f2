{#-
SQL that stops where rows of a table share the columns of its grain, or one of these is null, with a
sentence for each such set of columns, the first ten. The grain is the configuration `meta.grain`;
empty for a table without one, such as a mart, whose contract has its primary key.

Arguments:
    relation (relation): the table, made and filled.
-#}
{% macro hold_to_grain(relation) -%}
    {%- set columns = config.meta_get('grain') -%}
    {%- if columns -%}
        {%- set place = [] -%}
        {%- for column in columns -%}
            {%- do place.append("'" ~ column ~ " ' || coalesce(" ~ column ~ "::varchar, 'null')") -%}
        {%- endfor -%}
        select error(
            string_agg(message, chr(10) order by place) filter (where place <= 10)
            || if(count(*) > 10, chr(10) || '... and ' || (count(*) - 10) || ' more', '')
        )
        from (
            select
                '{{ relation.identifier }}: found ' || count(*) || ' rows with '
                || {{ place | join(" || ', ' || ") }} || '; expected one, without nulls' as message,
                row_number() over (order by {{ columns | join(', ') }}) as place
            from {{ relation }}
            group by {{ columns | join(', ') }}
            having count(*) > 1 or {{ columns | join(' is null or ') }} is null
        )
        having count(*) > 0
    {%- endif -%}
{%- endmacro %}
