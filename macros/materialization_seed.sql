{#-
Loads a seed through DuckDB alone.

dbt's own way guesses types (NACE 01110 becomes 1110), and fills an existing table by
position, so that a file with its columns in another order loads silently swapped.
Here a column is text unless the seed's `column_types` says otherwise, names come from
the header, and a value that does not fit its type is refused with file, line, column,
what was found and what is expected. So is a cell that the scaffold of an edition left open,
and one of the columns in `meta.names` that cannot be a name: they become names in SQL or of
files.

A raw file, `meta.is_raw`, is loaded as it is. One with a fault has an empty table: the input
checks read the file itself and say what is wrong, of this file and of all others.

With the target `check` what is refused is said, and what is known of the seed is loaded, so that all
that comes after it is looked at as well (barometer/inputs/edition_check.py).
-#}
{% materialization seed, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='table') -%}
    {#- Relative to the project: dbt remembers an absolute one wrongly when a project moves. -#}
    {%- set file = model.original_file_path -%}
    {%- set column_types = config.get('column_types', {}) -%}
    {%- set meta = config.get('meta', {}) -%}
    {%- set literal = "'" ~ escape_single_quotes(file) ~ "'" -%}
    {%- set fault, names = run_query(
        "select csv_fault(" ~ literal ~ "), array_to_string(csv_header(" ~ literal ~ "), ' ')"
    ).rows[0] -%}
    {%- set header = names.split() -%}
    {%- if fault and not meta.get('is_raw') -%}{{- exceptions.raise_compiler_error(fault) -}}{%- endif -%}
    {%- set loaded = "(select null::varchar as fault where false)" if fault else read_seed_file(file, header) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set misfits = run_query(
        seed_misfits(
            loaded, header if not meta.get('is_raw') else [], column_types, meta.get('names', []),
            meta.get('not_exported', [])
        )
    ) -%}
    {#- dbt shows this table with --show, and needs one. -#}
    {%- do store_result('agate_table', response='OK', agate_table=misfits) -%}
    {%- set messages = [] -%}
    {%- for line, column, found, expected in misfits.rows -%}
        {%- do messages.append(
            file ~ ", line " ~ line ~ ", column " ~ column ~ ": found " ~ found ~ "; expected " ~ expected
        ) -%}
    {%- endfor -%}
    {%- set is_looked_at = target.name == 'check' -%}
    {%- if messages and is_looked_at -%}
        {%- do print('error, ' ~ model.name ~ ':\n' ~ messages | join('\n')) -%}
    {%- elif messages -%}
        {{- exceptions.raise_compiler_error(messages | join('\n')) -}}
    {%- endif -%}

    {% call statement('main') -%}
        create or replace table {{ target_relation }} as
        select
            {%- for column in (header if not fault else ['fault']) %}
            {{
                known_part(column, column_types.get(column)) if messages
                else column ~ ('::' ~ column_types[column] if column in column_types else '')
            }} as {{ column }},
            {%- endfor %}
        from {{ loaded }};
        {{ hold_to_grain(target_relation) if not is_looked_at }}
    {%- endcall %}

    {%- set repeated = grain_fault(target_relation) if is_looked_at -%}
    {%- if repeated -%}
        {%- for row in run_query(repeated) -%}
            {%- do print('error, ' ~ model.name ~ ':\n' ~ row[0]) -%}
        {%- endfor -%}
    {%- endif -%}

    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
