{#-
Models on an engine: with the target `spark` all that grows with the respondents is made by a Spark
Connect server, and the warehouse has views of it (barometer/engine/).
-#}


{#- Whether an engine makes this model: its folder says that it grows with the respondents. -#}
{% macro on_engine() -%}
    {{- return(target.name == 'spark' and config.meta_get('grows_with_respondents')) -}}
{%- endmacro %}


{#- Has the engine make a model of SQL; SQL that makes a view of it. -#}
{% macro view_of_engine(query) -%}
    {%- set made = fromjson(run_query(
        "select made_on_engine('" ~ model.schema ~ "', '" ~ this.identifier ~ "', '"
        ~ escape_single_quotes(query) ~ "')"
    ).columns[0].values()[0]) -%}
    {%- if made.fault -%}{{ exceptions.raise_compiler_error(made.fault) }}{%- endif -%}
    {{- return('create view ' ~ this ~ ' as ' ~ made.view) -}}
{%- endmacro %}


{#- Python that has the engine make a Python model, and makes a view of it. -#}
{% macro python_view_of_engine(relation, code) -%}
{{ code }}


def materialize(made, con):
    view = made.make("{{ model.schema }}", "{{ this.identifier }}")
    con.execute("""create view {{ relation }} as """ + view)
{%- endmacro %}


{#-
Holds what the engine made to its grain, there, and has it forget what was there before. Where a row
is one too many, its sentence comes from the view.
-#}
{% macro finish_on_engine(relation) -%}
    {%- set grain = config.meta_get('grain') or [] -%}
    {%- set fault = run_query(
        "select fault_on_engine('" ~ model.schema ~ "', '" ~ this.identifier ~ "', "
        ~ (grain | tojson | replace('"', "'")) ~ "::varchar[])"
    ).columns[0].values()[0] -%}
    {%- if fault == 'grain' -%}
        {%- do run_query(hold_to_grain(relation)) -%}
    {%- elif fault -%}
        {{ exceptions.raise_compiler_error(fault) }}
    {%- endif -%}
{%- endmacro %}
