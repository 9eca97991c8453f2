{#-
Runs a data test, says what is wrong, and remembers that it ran.

A test whose rows have a column `message` fails with those sentences instead of a bare
number of rows: the first ten, or as many as its configuration `meta.messages_shown` says.
Each outcome goes to the table `quality.test_results` with the id of the invocation, so that
the release can ask whether every test passed in the very build that it would publish. Failing rows are never stored: they may hold personal data.
-#}
{% materialization test, adapter='duckdb' %}

    {%- set shown = config.get('meta', {}).get('messages_shown', 10) -%}
    {%- set severity = (config.get('severity') or 'error') | lower -%}

    {% call statement('failing', fetch_result=True) -%}
        {#- Not `count(*) over ()`: DuckDB 1.5 fails on it now and then (duckdb/duckdb#25713). -#}
        with failing as materialized (
            {{ sql }}
        )

        select
            (select count(*) from failing) as failures,
            to_json(failing)::varchar as failing_row
        from failing
        limit {{ shown }}
    {%- endcall %}

    {%- set failing_rows = load_result('failing')['data'] -%}
    {%- set failures = failing_rows[0][0] if failing_rows else 0 -%}

    {% call statement('record', auto_begin=True) -%}
        insert into {{ test_results_relation() }} values (
            '{{ invocation_id }}', '{{ model.unique_id }}', {{ failures }}, '{{ severity }}'
        )
    {%- endcall %}
    {% do adapter.commit() %}

    {%- if failures > 0 -%}
        {%- set messages = [] -%}
        {%- for row in failing_rows -%}
            {%- set message = fromjson(row[1]).get('message') -%}
            {%- if message -%}{%- do messages.append(message) -%}{%- endif -%}
        {%- endfor -%}
        {%- if messages and failures > shown -%}
            {%- do messages.append('... and ' ~ (failures - shown) ~ ' more') -%}
        {%- endif -%}
        {%- if messages and severity == 'error' -%}
            {{- exceptions.raise_compiler_error(messages | join('\n')) -}}
        {%- elif messages -%}
            {%- do exceptions.warn(messages | join('\n')) -%}
        {%- endif -%}
    {%- endif -%}

    {% call statement('main', fetch_result=True) -%}
        select
            {{ failures }} as failures,
            {{ failures }} > 0 as should_warn,
            {{ failures }} > 0 as should_error
    {%- endcall %}

    {{ return({'relations': []}) }}

{% endmaterialization %}


{#- The table that remembers which tests ran in which invocation. -#}
{% macro test_results_relation() -%}
    {{- return(api.Relation.create(
        database=target.database, schema='quality', identifier='test_results'
    )) -}}
{%- endmacro %}


{#- Empties that table at the start of a run. -#}
{% macro reset_test_results() -%}
    {%- if execute and flags.WHICH in ['build', 'test', 'run'] -%}
        create schema if not exists {{ target.database }}.quality;
        create or replace table {{ test_results_relation() }} (
            invocation_id varchar,
            test_id varchar,
            failure_count bigint,
            severity varchar
        )
    {%- endif -%}
{%- endmacro %}
