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
-#}
{% materialization seed, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='table') -%}
    {#- Relative to the project: dbt remembers an absolute one wrongly when a project moves. -#}
    {%- set file = model.original_file_path -%}
    {%- set column_types = config.get('column_types', {}) -%}
    {%- if config.get('meta', {}).get('is_raw')
        and run_query("select csv_fault('" ~ escape_single_quotes(file) ~ "')").columns[0].values()[0] -%}
        {%- set loaded = "(select null::varchar as fault where false)" -%}
    {%- else -%}
        {%- set loaded = read_seed_file(file) -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set empty = run_query("select * from " ~ loaded ~ " limit 0") -%}
    {%- set header = empty.column_names -%}
    {#- dbt shows this table with --show, and needs one. -#}
    {%- do store_result('agate_table', response='OK', agate_table=empty) -%}
    {%- set open_cells = [] if config.get('meta', {}).get('is_raw') else run_query(
        "select line_number, column_name from (unpivot ("
        ~ "select row_number() over () + 1 as line_number, * from " ~ loaded ~ ") "
        ~ "on columns(* exclude (line_number)) into name column_name value cell) "
        ~ "where regexp_matches(cell, '(^|[|])[?]') order by all limit 10"
    ) -%}
    {%- if open_cells | length > 0 -%}
        {%- set messages = [] -%}
        {%- for cell in open_cells -%}
            {%- do messages.append(
                file ~ ", line " ~ cell[0] ~ ", column " ~ cell[1]
                ~ ": found a cell that is left open with ?; expected a value"
            ) -%}
        {%- endfor -%}
        {{- exceptions.raise_compiler_error(messages | join('\n')) -}}
    {%- endif -%}
    {#- What a value has to be, by column: a condition and its words. -#}
    {%- set expected = [] -%}
    {%- for column, data_type in column_types.items() -%}
        {%- do expected.append(
            [column, 'try_cast(value as ' ~ data_type ~ ') is not null', 'a value of type ' ~ data_type]
        ) -%}
    {%- endfor -%}
    {%- for column in config.get('meta', {}).get('names', []) -%}
        {%- do expected.append([
            column, "regexp_full_match(value, '[a-z][a-z0-9_]*')",
            'a name: a lower-case letter, then letters, digits and underscores',
        ]) -%}
    {%- endfor -%}
    {%- set messages = [] -%}
    {%- for column, condition, words in expected if column in header -%}
        {%- set misfits = run_query(
            "select line_number, value from (select row_number() over () + 1 as line_number, "
            ~ column ~ " as value from " ~ loaded ~ ") where value is not null and not ("
            ~ condition ~ ") order by line_number limit 5"
        ) -%}
        {%- for misfit in misfits -%}
            {%- do messages.append(
                file ~ ", line " ~ misfit[0] ~ ", column " ~ column ~ ": found '" ~ misfit[1]
                ~ "'; expected " ~ words
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if messages -%}{{- exceptions.raise_compiler_error(messages | join('\n')) -}}{%- endif -%}

    {% call statement('main') -%}
        create or replace table {{ target_relation }} as
        select
            {%- for column in header %}
            {{ column }}{{ '::' ~ column_types[column] if column in column_types }} as {{ column }},
            {%- endfor %}
        from {{ loaded }}
    {%- endcall %}

    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}


{#-
SQL that reads a seed as text, names taken from its header.

A file with a fault (barometer.inputs.seed_files) is refused with its line. Nothing is guessed: no
type, no delimiter, no quote. DuckDB's strict mode is off, for it refuses, without a line, a file
with line ends of two kinds, such as rows appended to what a spreadsheet saved.

Arguments:
    path (string): path of a .csv file.
-#}
{% macro read_seed_file(path) -%}
    read_csv(
        '{{ escape_single_quotes(path) }}',
        auto_detect = false,
        header = true,
        all_varchar = true,
        delim = ',',
        quote = '"',
        escape = '"',
        strict_mode = false,
        columns = {{ seed_file_columns(path) }}
    )
{%- endmacro %}


{#- The header of a CSV file as the `columns` argument of read_csv: every one text. -#}
{% macro seed_file_columns(path) -%}
    {%- set literal = "'" ~ escape_single_quotes(path) ~ "'" -%}
    {%- set fault = run_query("select csv_fault(" ~ literal ~ ")").columns[0].values()[0] -%}
    {%- if fault -%}{{- exceptions.raise_compiler_error(fault) -}}{%- endif -%}
    {%- set names = run_query("select unnest(csv_header(" ~ literal ~ "))").columns[0].values() -%}
    {'{{ names | join("': 'varchar', '") }}': 'varchar'}
{%- endmacro %}
