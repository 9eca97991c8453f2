{#-
Models on an engine: with the target `spark` all that grows with the respondents is made by a Spark
Connect server, and the warehouse has views of it (barometer/engine/).
-#}


{#-
Whether an engine makes this model: its folder says that it grows with the respondents. What a folder
says is to stay in the lake from some number of answers on is made by DuckDB where there are fewer.
-#}
{% macro on_engine() -%}
    {%- if target.name != 'spark' or not config.meta_get('grows_with_respondents') -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set least = config.meta_get('stays_in_lake_from') -%}
    {{- return(not least or run_query(
        "select coalesce(sum(answered_count), 0) from " ~ target.database ~ ".responses.int_item_counts"
    ).columns[0].values()[0] | int >= var(least) | int) -}}
{%- endmacro %}


{#- Has the engine run a query and keep its rows; SQL of them. -#}
{% macro made_on_engine(schema, name, query, is_by_edition=false) -%}
    {%- set made = fromjson(run_query(
        "select made_on_engine('" ~ schema ~ "', '" ~ name ~ "', '" ~ escape_single_quotes(query)
        ~ "', " ~ is_by_edition ~ ")"
    ).columns[0].values()[0]) -%}
    {%- if made.fault -%}{{ exceptions.raise_compiler_error(made.fault) }}{%- endif -%}
    {{- return(made.view) -}}
{%- endmacro %}


{#- Has the engine make a model of SQL; SQL that makes a view of it. -#}
{% macro view_of_engine(query) -%}
    {%- if config.get('contract').enforced -%}{%- do get_assert_columns_equivalent(query) -%}{%- endif -%}
    {%- set is_by_edition = config.meta_get('stays_in_lake_from') is not none -%}
    {{- return(
        'create view ' ~ this ~ ' as '
        ~ made_on_engine(model.schema, this.identifier, query, is_by_edition)
    ) -}}
{%- endmacro %}


{#- Whether a model is a view by now; dbt remembers what it was when the run began. -#}
{% macro is_view(schema, name) -%}
    {{- return(run_query(
        "select count(*) from duckdb_views() where schema_name = '" ~ schema ~ "' and view_name = '"
        ~ name ~ "'"
    ).columns[0].values()[0] > 0) -}}
{%- endmacro %}


{#-
The SQL that dbt runs for a data test. Of a test that reads a model which an engine made, the engine
finds the rows at fault: none passes through dbt that is not one.
-#}
{% macro duckdb__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {%- set large = [] -%}
    {%- for parent in model.depends_on.nodes if target.name == 'spark' and execute -%}
        {%- set relation = graph.nodes[parent] -%}
        {%- if relation.config.meta.grows_with_respondents and is_view(relation.schema, relation.alias) -%}
            {%- do large.append(parent) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- default__get_test_sql(
        made_on_engine('steps', model.alias, main_sql) if large else main_sql,
        fail_calc, warn_if, error_if, limit
    ) -}}
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
    {%- set keys = model.constraints | selectattr('type', 'equalto', 'primary_key') | map(attribute='columns') -%}
    {%- set grain = config.meta_get('grain') or keys | first | default([]) -%}
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
