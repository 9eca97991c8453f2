{#-
SQL that stops where a table does not hold its grain, with what `grain_fault` says; empty for a
table without one.

Arguments:
    relation (relation): the table, made and filled.
-#}
{% macro hold_to_grain(relation) -%}
    {%- set fault = grain_fault(relation) -%}
    {%- if fault -%}
        select error(fault) from ({{ fault }})
    {%- endif -%}
{%- endmacro %}


{#-
SQL of one row, `fault`, where rows of a table share the columns of its grain, or one of these is
null: a sentence for each such set of columns, the first ten. The grain is the configuration
`meta.grain`; empty for a table without one, such as a mart, whose contract has its primary key.

Arguments:
    relation (relation): the table, made and filled.
-#}
{% macro grain_fault(relation) -%}
    {%- set columns = config.meta_get('grain') -%}
    {%- if columns -%}
        {%- set place = [] -%}
        {%- for column in columns -%}
            {%- do place.append("'" ~ column ~ " ' || coalesce(" ~ column ~ "::varchar, 'null')") -%}
        {%- endfor -%}
        select
            string_agg(message, chr(10) order by place) filter (where place <= 10)
            || if(count(*) > 10, chr(10) || '... and ' || (count(*) - 10) || ' more', '') as fault
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
