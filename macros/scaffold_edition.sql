{#-
Writes the seed rows that a new edition needs into target/scaffold/<edition>/, from the
header and the codes of its raw responses; what it cannot know is left open (?). The work
is barometer/scaffold.py.

    dbt run-operation scaffold_edition --args '{edition: <year>}' --vars '{raw_path: <folder>}'

Arguments:
    edition (integer): the new edition; its raw files stand in <raw_path>/<edition>/.
-#}
{% macro scaffold_edition(edition) -%}
    {%- if not var('raw_path') -%}
        {{- exceptions.raise_compiler_error(
            "found no variable raw_path; expected the folder with the raw files of edition "
            ~ edition
        ) -}}
    {%- endif -%}
    {%- set arguments = (edition | int) ~ ", '" ~ escape_single_quotes(var('raw_path'))
        ~ "', 'seeds/reference'" -%}
    {%- set fault = run_query("select scaffold_fault(" ~ arguments ~ ")").columns[0].values()[0] -%}
    {%- if fault -%}{{- exceptions.raise_compiler_error(fault) -}}{%- endif -%}
    {%- set target = "'target/scaffold/" ~ (edition | int) ~ "'" -%}
    {%- set lines = run_query(
        "select unnest(scaffold_edition(" ~ arguments ~ ", " ~ target ~ "))"
    ).columns[0].values() -%}
    {%- for line in lines -%}
        {%- do print(line) -%}
    {%- endfor -%}
{%- endmacro %}
