{#-
The beginning and the end of every run of dbt: what it is going to build, what its tests found,
and the release, where the run may be released (barometer/release/gate.py).
-#}


{#-
Notes in the warehouse what a run is going to build: it may differ from the release from now on.
Has Great Expectations imported meanwhile, where it is going to be asked.
-#}
{% macro begin_run() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed'] -%}
        {%- set fault = run_query("select engine_fault()").columns[0].values()[0] -%}
        {%- if fault -%}{{ exceptions.raise_compiler_error(fault) }}{%- endif -%}
        create schema if not exists {{ target.database }}.quality;
        create table if not exists {{ target.database }}.quality.released_from (
            release_id varchar,
            variables varchar
        );
        create table if not exists {{ target.database }}.quality.built_since_release (
            unique_id varchar primary key
        );
        insert or ignore into {{ target.database }}.quality.built_since_release
        select unnest({{ selected_resources | list }});
        select prepare_expectations({{
            'model.' ~ project_name ~ '.chk_expectation_results' in selected_resources
        }})
    {%- endif -%}
{%- endmacro %}


{#-
Says what the tests of a run found, in their own sentences, and hands its outcomes over to be
released. An error of that, such as a full disk, fails the run.

Arguments:
    results (list): what dbt knows of every node at the end of a run.
-#}
{% macro end_run(results) -%}
    {%- if execute -%}
        {%- set outcomes = {} -%}
        {%- for result in results if result.node.resource_type not in ['operation', 'exposure'] -%}
            {%- do outcomes.update(
                {result.node.unique_id: [result.status | string, result.failures or 0]}
            ) -%}
            {%- if result.node.resource_type == 'test' and result.failures -%}
                {%- do print(findings_of(result)) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- A file that cannot be opened at all is found before: barometer/system/warehouse.py. -#}
        {%- set messages = results | map(attribute='message') | join -%}
        {#- Where DuckDB works through files beside the warehouse, a full disk is a lack of memory to it. -#}
        {%- set is_full = 'No space left on device' in messages or 'failed to offload data block' in messages -%}
        {%- set is_given_up = 'database has been invalidated' in messages -%}
        {%- if is_full or is_given_up -%}
            {%- do print(
                'error, ' ~ target.path ~ ': found ' ~ (
                    'no room left on its disk' if is_full else 'that DuckDB could not go on writing it'
                ) ~ '; expected room for it and for what DuckDB writes beside it; make room and build '
                ~ 'again; the release stays as it was'
            ) -%}
        {%- elif 'Out of Memory Error' in messages -%}
            {%- do print(
                'error, environment variable BAROMETER_MEMORY_LIMIT: found '
                ~ env_var('BAROMETER_MEMORY_LIMIT', '2GB') ~ ', too little memory for this build; '
                ~ 'expected more, as docs/scale.md has it; the release stays as it was'
            ) -%}
        {%- endif -%}
        {%- if 'Corrupt database file' in messages -%}
            {%- do print(
                'error, ' ~ target.path ~ ': found a damaged table in it; expected the database of a '
                ~ 'build; delete it: the next whole build makes it anew; the release stays as it was'
            ) -%}
        {%- endif -%}
        {#- Nothing can be asked of a database that was given up; what is looked at is not released. -#}
        {%- if flags.WHICH in ['build', 'run'] and not is_given_up and target.name != 'check' -%}
            {#- Materialized: a function that two columns are made of would be called twice. -#}
            with attempt as materialized (
                select release_run('{{ escape_single_quotes(tojson(outcomes)) }}') as fault
            )

            select error(fault) from attempt where fault is not null
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#-
The sentences of a test that found something: the column `message` of its rows, the first ten,
or as many as its configuration `meta.messages_shown` says.
-#}
{% macro findings_of(result) -%}
    {%- set shown = result.node.config.meta.get('messages_shown', 10) -%}
    {%- set name = result.node.test_metadata.name if result.node.test_metadata else result.node.name -%}
    {%- set sentences = [] -%}
    {%- for row in run_query(
        "select message from (\n" ~ result.node.compiled_code ~ "\n) limit " ~ shown
    ) -%}
        {%- do sentences.append(row[0]) -%}
    {%- endfor -%}
    {%- if result.failures > shown -%}
        {%- do sentences.append('... and ' ~ (result.failures - shown) ~ ' more') -%}
    {%- endif -%}
    {{- return(
        ('warning' if result.status == 'warn' else 'error') ~ ', ' ~ name ~ ':\n'
        ~ sentences | join('\n')
    ) -}}
{%- endmacro %}
