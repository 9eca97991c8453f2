{#-
Makes the table of a model under its own name, in the transaction that drops the one before, and
holds it to its grain there.

DuckDB takes back what it did to tables when a transaction fails, so the table before is there
until the new one is whole. dbt-duckdb's own way, made for databases that cannot, gives both
tables other names first and drops one at the end. A statement costs dbt more time than most of our
models cost DuckDB: what belongs together is one statement.

A Python model writes through another connection, and so under another name first. What an engine
makes is there as a view.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}

    {%- set is_on_engine = on_engine() -%}
    {%- set type = 'view' if is_on_engine else 'table' -%}
    {%- set target_relation = this.incorporate(type=type) -%}
    {%- set existing_relation = load_cached_relation(this) or target_relation -%}
    {%- set drop_existing = 'drop ' ~ existing_relation.type ~ ' if exists ' ~ existing_relation -%}
    {%- set checked = hold_to_grain(target_relation) if not post_hooks and not is_on_engine -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if model.language == 'python' %}
        {%- set made_relation = make_intermediate_relation(target_relation) -%}
        {%- do run_query('drop ' ~ type ~ ' if exists ' ~ made_relation) -%}
        {% call statement('main', language='python') -%}
            {%- if is_on_engine -%}
                {{- python_view_of_engine(made_relation, compiled_code) -}}
            {%- else -%}
                {{- create_table_as(False, made_relation, compiled_code, 'python') -}}
            {%- endif -%}
        {%- endcall %}
        {% call statement('replace') -%}
            {{ drop_existing }};
            alter {{ type }} {{ made_relation }} rename to {{ adapter.quote(this.identifier) }};
            {{ descriptions(target_relation) }}
            {{ checked }}
        {%- endcall %}
    {% else %}
        {%- set view = view_of_engine(compiled_code) if is_on_engine -%}
        {% call statement('main') -%}
            {{ drop_existing }};
            {{ view or create_table_as(False, target_relation, compiled_code) }};
            {{ descriptions(target_relation) }}
            {{ checked }}
        {%- endcall %}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% if post_hooks and config.meta_get('grain') %}
        {% call statement('grain') %}{{ hold_to_grain(target_relation) }}{% endcall %}
    {% endif %}
    {{ adapter.commit() }}
    {%- do finish_on_engine(target_relation) if is_on_engine -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}


{#- SQL that gives a table and its columns their descriptions, where these are persisted. -#}
{% macro descriptions(relation) -%}
    {%- if config.persist_relation_docs() -%}
        comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(model.description) }};
        {%- for column in model.columns.values() %}
        comment on column {{ relation }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
