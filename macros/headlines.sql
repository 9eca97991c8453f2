{#-
SQL of a text with the names in its braces filled in.

Arguments:
    template (string): SQL of the text.
    names (dict): SQL by name.
-#}
{% macro filled(template, names) -%}
    {%- set ns = namespace(sql=template) -%}
    {%- for name, value in names.items() -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '{" ~ name ~ "}', " ~ value ~ ")" -%}
    {%- endfor -%}
    {{- ns.sql -}}
{%- endmacro %}


{#- SQL of a percentage as each language prints it. -#}
{% macro printed_percentage(value, language) -%}
    {%- set english = "printf('%.1f%%', " ~ value ~ ")" -%}
    {{- "replace(" ~ english ~ ", '.', ',')" if language == 'nl' else english -}}
{%- endmacro %}


{#- SQL of a count as each language prints it. -#}
{% macro printed_count(value, language) -%}
    {%- set english = "format('{:,}', " ~ value ~ ")" -%}
    {{- "replace(" ~ english ~ ", ',', '.')" if language == 'nl' else english -}}
{%- endmacro %}
