{#-
SQL that reads one delimited or Parquet file as text, names taken from its header.

A CSV file with a fault (barometer.csv_files) is refused with its line. Nothing is
guessed: no type, no delimiter, no quote.

Arguments:
    path (string): path of a .csv or .parquet file.
-#}
{% macro read_raw_file(path) -%}
    {%- if path.endswith('.parquet') -%}
        (select columns(*)::varchar from read_parquet('{{ escape_single_quotes(path) }}'))
    {%- else -%}
        read_csv(
            '{{ escape_single_quotes(path) }}',
            auto_detect = false,
            header = true,
            all_varchar = true,
            delim = ',',
            quote = '"',
            escape = '"',
            strict_mode = true,
            columns = {{ raw_file_columns(path) }}
        )
    {%- endif -%}
{%- endmacro %}


{#- The header of a CSV file as the `columns` argument of read_csv: every one text. -#}
{% macro raw_file_columns(path) -%}
    {%- set literal = "'" ~ escape_single_quotes(path) ~ "'" -%}
    {%- set fault = run_query("select csv_fault(" ~ literal ~ ")").columns[0].values()[0] -%}
    {%- if fault -%}{{- exceptions.raise_compiler_error(fault) -}}{%- endif -%}
    {%- set names = run_query("select unnest(csv_header(" ~ literal ~ "))").columns[0].values() -%}
    {'{{ names | join("': 'varchar', '") }}': 'varchar'}
{%- endmacro %}


{#-
The editions of this build: a list of {edition, status}, oldest first.

The variable `editions` chooses among the rows of the seed `editions`; an edition
that is not there is refused. Empty while dbt only parses.
-#}
{% macro editions_in_scope() -%}
    {%- set relation = ref('editions') -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set known = [] -%}
    {%- for row in run_query("select edition, status from " ~ relation ~ " order by edition") -%}
        {%- do known.append({'edition': row[0] | int, 'status': row[1]}) -%}
    {%- endfor -%}
    {%- set wanted = var('editions') or (known | map(attribute='edition') | list) -%}
    {%- for edition in wanted if edition | int not in known | map(attribute='edition') | list -%}
        {{- exceptions.raise_compiler_error(
            "variable editions: found " ~ edition ~ "; expected one of "
            ~ (known | map(attribute='edition') | join(', '))
            ~ ", the editions of seeds/reference/editions.csv"
        ) -}}
    {%- endfor -%}
    {%- set wanted = wanted | map('int') | list -%}
    {{- return(known | selectattr('edition', 'in', wanted) | list) -}}
{%- endmacro %}


{#-
Where the raw rows of one file of one edition are: {relation, file}.

A folder of the edition under the variable `raw_path` comes first; a synthetic edition
without one is read from its seed. Anything else is an error that names the file.

Arguments:
    entity (string): `sample` or `responses`.
    edition (dict): as editions_in_scope() lists it.
-#}
{% macro raw_source(entity, edition) -%}
    {%- set fault = run_query("select key_fault('" ~ edition.status ~ "')").columns[0].values()[0] -%}
    {%- if fault -%}
        {{- exceptions.raise_compiler_error("edition " ~ edition.edition ~ ": " ~ fault) -}}
    {%- endif -%}
    {%- set seed_name = 'raw_' ~ entity ~ '_' ~ edition.edition -%}
    {%- set folder = (var('raw_path') or '').rstrip('/') ~ '/' ~ edition.edition ~ '/' -%}
    {%- if var('raw_path') -%}
        {%- set found = run_query(
            "select file from glob('" ~ escape_single_quotes(folder ~ entity) ~ ".*') "
            ~ "where suffix(file, '.csv') or suffix(file, '.parquet') order by file"
        ).columns[0].values() | list -%}
        {%- if found | length > 1 -%}
            {{- exceptions.raise_compiler_error(
                "found both " ~ (found | join(' and ')) ~ "; expected one of them"
            ) -}}
        {%- elif found -%}
            {{- return({'relation': read_raw_file(found[0]), 'file': found[0]}) -}}
        {%- endif -%}
    {%- endif -%}
    {%- set seed = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'seed')
        | selectattr('name', 'equalto', seed_name) | first -%}
    {%- if edition.status == 'synthetic' and seed -%}
        {%- if edition.edition in var('seeded_editions') -%}
            {{- return({'relation': ref(seed_name), 'file': seed.original_file_path}) -}}
        {%- else -%}
            {{- return({'relation': read_raw_file(seed.original_file_path), 'file': seed.original_file_path}) -}}
        {%- endif -%}
    {%- endif -%}
    {{- exceptions.raise_compiler_error(
        "edition " ~ edition.edition ~ ", status " ~ edition.status ~ ": "
        ~ ("found no file " ~ folder ~ entity ~ ".csv or .parquet; expected one" if var('raw_path')
            else "found no variable raw_path; expected the folder with the raw files of real editions")
    ) -}}
{%- endmacro %}


{#-
The raw rows of one entity in all editions of this build, as text, with three columns
before them: `edition`, `file_name` and `line_number` (the header is line 1).

Arguments:
    entity (string): `sample` or `responses`.
    columns (string): the columns to select after those three, separated by commas.
    unpivot_except (list): when given, every column not listed becomes a row instead
        (`column_name`, `answer_text`), empty cells left out.
-#}
{% macro raw_rows(entity, columns, unpivot_except=none) -%}
    {%- set required_columns = unpivot_except or columns.split(', ') -%}
    {%- for edition in var('seeded_editions') -%}
        {%- do ref('raw_' ~ entity ~ '_' ~ edition) -%}
    {%- endfor -%}
    {%- for edition in editions_in_scope() -%}
        {%- set raw = raw_source(entity, edition) %}
        {%- set found = run_query("select * from " ~ raw.relation ~ " limit 0").column_names %}
        {%- for column in required_columns if column not in found %}
            {{- exceptions.raise_compiler_error(
                raw.file ~ ", line 1: found no column " ~ column ~ "; expected one"
            ) -}}
        {%- endfor %}
        select
            {{ edition.edition }}::smallint as edition,
            '{{ escape_single_quotes(raw.file) }}' as file_name,
            line_number,
            {{ columns }}
        from
        {%- if unpivot_except %} (
            unpivot (
                select
                    (row_number() over () + 1)::integer as line_number,
                    * exclude ({{ unpivot_except | join(', ') }})
                from {{ raw.relation }}
            )
            on columns(* exclude (line_number))
            into name column_name value answer_text
        )
        {%- else %} (
            select
                (row_number() over () + 1)::integer as line_number,
                *
            from {{ raw.relation }}
        )
        {%- endif %}
        {{ 'union all' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
