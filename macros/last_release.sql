{#-
The release that this build goes on from, and what it keeps of it.

A build makes the editions that the variable `editions` names. Of every other edition the
release keeps the rows that the last release had, to the byte: `keep_released_rows` is a
post-hook of each mart with a column `edition`, and of the few intermediate tables that
comparisons between editions need, which the release carries in its folder `state`.
-#}


{#- The folder of the last release; none before the first, and while dbt only parses. -#}
{% macro last_release() -%}
    {%- if not execute -%}{{ return(none) }}{%- endif -%}
    {{- return(run_query(
        "select last_release('" ~ escape_single_quotes(var('release_path')) ~ "')"
    ).columns[0].values()[0]) -}}
{%- endmacro %}


{#- The editions that the last release holds, oldest first. -#}
{% macro released_editions() -%}
    {%- set folder = last_release() -%}
    {%- if folder is none -%}{{ return([]) }}{%- endif -%}
    {{- return(run_query(
        "select edition from " ~ released_file(folder, 'parquet', 'dim_editions') ~ " order by edition"
    ).columns[0].values() | map('int') | list) -}}
{%- endmacro %}


{#- The variable `editions`, empty for all. -#}
{% macro wanted_editions() -%}
    {{- return(var('editions') or []) -}}
{%- endmacro %}


{#-
The editions that the last release holds and this build does not make: the release keeps
them. One that is not in the seed `editions` any more is refused, for nothing says what it is.
-#}
{% macro kept_editions() -%}
    {%- set editions = ref('editions') -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set known = run_query("select edition from " ~ editions).columns[0].values()
        | map('int') | list -%}
    {%- set built = (wanted_editions() or known) | map('int') | list -%}
    {%- set kept = [] -%}
    {%- for edition in released_editions() if edition not in built -%}
        {%- if edition not in known -%}
            {{- exceptions.raise_compiler_error(
                "seeds/reference/editions.csv: found no edition " ~ edition
                ~ "; expected every edition of the last release, " ~ last_release()
            ) -}}
        {%- endif -%}
        {%- do kept.append(edition) -%}
    {%- endfor -%}
    {{- return(kept) -}}
{%- endmacro %}


{#- SQL that reads a table of a release: `parquet` for a mart, `state` for an intermediate one. -#}
{% macro released_file(folder, subfolder, name) -%}
    {%- if subfolder == 'parquet' -%}
        {{- return(run_query(
            "select released_mart('" ~ escape_single_quotes(folder) ~ "', '" ~ name ~ "')"
        ).columns[0].values()[0]) -}}
    {%- endif -%}
    {#- The name of a folder, such as edition=2001, is no column. -#}
    read_parquet(
        '{{ escape_single_quotes(folder ~ "/" ~ subfolder ~ "/" ~ name ~ ".parquet") }}',
        hive_partitioning = false
    )
{%- endmacro %}


{#-
Post-hook: puts the rows of kept editions as they were released in the place of whatever the
model made of them.

A row of two editions is kept when neither is built. A model may say in its configuration,
`meta.computed_anew`, which of its rows compare editions: these are computed in every build.

Arguments:
    strata (relation): int_strata_numbered, for a table with stratum_number. A stratum keeps its
        id from one release to the next, not its number.
-#}
{% macro keep_released_rows(strata=none) -%}
    {#- What a mart depends on is the same, whichever editions are asked for. -#}
    {%- do ref('editions') -%}
    {%- set kept = kept_editions() if wanted_editions() else [] -%}
    {%- if kept -%}
        {%- set subfolder = 'parquet' if model.schema == 'marts' else 'state' -%}
        {%- set file = last_release() ~ '/' ~ subfolder ~ '/' ~ this.identifier ~ '.parquet' -%}
        {%- set released = released_file(last_release(), subfolder, this.identifier) -%}
        {%- do refuse_other_columns(file, released) -%}
        {%- set conditions = ['edition in (' ~ (kept | join(', ')) ~ ')'] -%}
        {%- if 'previous_edition' in model.columns -%}
            {%- do conditions.append('previous_edition in (' ~ (kept | join(', ')) ~ ')') -%}
        {%- endif -%}
        {%- if model.config.meta.computed_anew -%}
            {%- do conditions.append('not (' ~ model.config.meta.computed_anew ~ ')') -%}
        {%- endif -%}
        {%- if on_engine() %}
        {#- Engines have no unsigned integers. -#}
        {%- set values = [] -%}
        {%- for column in adapter.get_columns_in_relation(this) -%}
            {%- do values.append(
                column.name ~ ('::smallint as ' ~ column.name if column.dtype == 'UTINYINT' else '')
            ) -%}
        {%- endfor %}
        copy (select {{ values | join(', ') }} from {{ released }} where {{ conditions | join(' and ') }})
        to '{{ run_query(
            "select lake_folder('" ~ model.schema ~ "', '" ~ this.identifier ~ "')"
        ).columns[0].values()[0] }}'
        (format parquet, partition_by (edition), overwrite_or_ignore true, filename_pattern 'kept_{i}');
        {%- else %}
        delete from {{ this }} where {{ conditions | join(' and ') }};
        insert into {{ this }} by name
        select released.*
        {%- if strata is not none %} replace (strata.stratum_number as stratum_number)
        {%- endif %}
        from (
            select * from {{ released }}
            where {{ conditions | join(' and ') }}
            -- As they are stored, which the session does not see to by itself (profiles.yml).
            order by row_number() over ()
        ) as released
        {%- if strata is not none %}
        inner join {{ strata }} as strata
            on
                released.edition = strata.edition
                and released.stratum_id = strata.stratum_id
        {%- endif %}
        {%- endif %}
    {%- endif -%}
{%- endmacro %}


{#-
Stops where a table of the last release is not there or has other columns than the model: its
rows cannot be kept, and an edition would be lost.

A column that the YAML of the model does not name is data, such as an indicator that a new edition
adds to a table: what is kept has it empty, as a build of all has it.
-#}
{% macro refuse_other_columns(file, released) -%}
    {%- set way_out = '; build all editions, without the variable editions' -%}
    {%- set path = escape_single_quotes(file) -%}
    {%- if path in released and not run_query("select file from glob('" ~ path ~ "')") | length -%}
        {{- exceptions.raise_compiler_error(
            file ~ ": found no file; expected the released rows of " ~ this.identifier
            ~ " for the editions that are not built" ~ way_out
        ) -}}
    {%- endif -%}
    {%- set describe = "select column_name, column_type from (describe select * from " -%}
    {%- set found = {} -%}
    {%- for row in run_query(describe ~ released ~ ")") -%}
        {%- do found.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set expected = {} -%}
    {%- for row in run_query(describe ~ this ~ ")") -%}
        {%- do expected.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- for column in (expected.keys() | list + found.keys() | list) | unique
        if found.get(column) != expected.get(column)
        and (column in found or column in model.columns) -%}
        {{- exceptions.raise_compiler_error(
            file ~ ", column " ~ column ~ ": found " ~ (found.get(column) or 'none') ~ "; expected "
            ~ (expected.get(column) or 'none') ~ ", as " ~ this.identifier ~ " has it" ~ way_out
        ) -}}
    {%- endfor -%}
{%- endmacro %}


{#-
The numbers of a mart, one a row: `edition`, `previous_edition`, `indicator_id`, `base_id`,
`domain`, `category`, `measure`, `value` and, beside an estimate, its standard error `se`.

Every column that the contract of the mart has as a number is a measure, save what places a
row. The released numbers have the same shape; a column that the last release did not have
yet is left out of both, for it cannot have moved.

Arguments:
    mart (string): name of the mart.
    place (dict): SQL for those of the columns before `measure` that the mart has.
    estimate, standard_error (string): the measure that has a standard error, and the column
        that is it.
    is_released (boolean): the numbers of the last release instead of those of this build.
-#}
{% macro mart_numbers(mart, place, estimate='', standard_error='null', is_released=false) -%}
    {%- set relation = ref(mart) -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set folder = last_release() -%}
    {%- set released = released_file(folder, 'parquet', mart) if folder -%}
    {%- set names = [] -%}
    {%- if released -%}
        {%- do names.extend(
            run_query("select * from " ~ released ~ " limit 0").column_names
        ) -%}
    {%- endif -%}
    {%- set measures = [] -%}
    {%- for node in graph.nodes.values() if node.name == mart and node.resource_type == 'model' -%}
        {%- for column in node.columns.values()
            if column.data_type in ['double', 'integer', 'bigint', 'smallint']
            and column.name not in ['edition', 'previous_edition', 'sort_order']
            and (column.name in names or not released) -%}
            {%- do measures.append(column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    select
        '{{ mart }}' as mart_name,
        edition,
        previous_edition,
        indicator_id,
        base_id,
        domain,
        category,
        measure,
        value,
        if(measure = '{{ estimate }}', beside, null) as se
    from (
        select
            edition,
            {{ place.get('previous_edition', 'null') }}::smallint as previous_edition,
            {{ place.get('indicator_id', 'null') }}::varchar as indicator_id,
            {{ place.get('base_id', 'null') }}::varchar as base_id,
            {{ place.get('domain', "'total'") }}::varchar as domain,
            {{ place.get('category', "'total'") }}::varchar as category,
            {{ standard_error }}::double as beside,
            {%- for measure in measures %}
            {{ measure }}::double as {{ measure }},
            {%- endfor %}
        from {{ released if released and is_released else relation }}
        {{ 'where false' if is_released and not released }}
    )
    unpivot include nulls (
        value for measure in ({{ measures | join(', ') }})
    )
{%- endmacro %}


{#- The revision of each edition of the last release; none before the first. -#}
{% macro released_revisions() -%}
    {%- set folder = last_release() -%}
    select
        edition,
        coalesce(revision, 0) as revision
    from (
        select
            edition,
            revision
        from {{ ref('dim_editions') }}
        where false
        {%- if folder %}
        union all by name
        select * from {{ released_file(folder, 'parquet', 'dim_editions') }}
        {%- endif %}
    )
{%- endmacro %}
