{#-
SQL for the cells of a seed that are left open or are not what their column has to be: `line`,
`column`, `found` and `expected`, the first five of a column and how many more there are.

A whole number is digits: DuckDB would round 4.379, a Flemish 4 379, to 4. A text is what shows of
it, as the seed validation_rules asks of raw files: nobody sees a no-break space in a code, and no
spreadsheet or XML file can hold a vertical tab. Nor does one begin as a formula does: a CSV file has
no way to say that =1+1 is a text, but an escape that every other program would read as part of it.

Arguments:
    loaded (string): SQL that reads the seed as text.
    header (list): its columns that are looked at.
    column_types (dict): type by column.
    names (list): columns whose values become names.
    not_exported (list): columns of text that no spreadsheet opens.
-#}
{% macro seed_misfits(loaded, header, column_types, names, not_exported=[]) -%}
    select
        line,
        name as "column",
        case
            when is_open then 'a cell that is left open with ?'
            when hidden_character != ''
                then
                    'a value with a character that does not show, '
                    || printf('U+%04X', unicode(hidden_character))
            else '''' || cell || ''''
        end as found,
        expected || if(
            row_number() over of_column = 5 and count(*) over (partition by name) > 5,
            '; and ' || (count(*) over (partition by name) - 5) || ' more like it',
            ''
        ) as expected
    from (
        select
            *,
            regexp_matches(cell, '(^|[|])[?]') as is_open,
            regexp_extract(cell, '{{ hidden_character() }}') as hidden_character,
            case
                when is_open then 'a value'
                {%- for column in header if column in names %}
                when name = '{{ column }}' and not regexp_full_match(cell, '[a-z][a-z0-9_]*')
                    then 'a name: a lower-case letter, then letters, digits and underscores'
                {%- endfor %}
                {%- for column in header if column in column_types and column not in names %}
                when name = '{{ column }}' and (
                    try_cast(cell as {{ column_types[column] }}) is null
                    {%- if 'int' in column_types[column] %}
                    or not regexp_full_match(cell, '-?[0-9]+')
                    {%- endif %}
                )
                    then 'a value of type {{ column_types[column] }}'
                {%- endfor %}
                when hidden_character != '' then 'letters that show and plain blanks'
                when cell != trim(cell) then 'a value that neither begins nor ends with a blank'
                {%- set texts = header | reject('in', column_types) | reject('in', not_exported) -%}
                {%- for column in texts %}
                when name = '{{ column }}' and regexp_full_match(cell, '[=+@＝＋－＠-].+')
                    then
                        'a text that begins otherwise, such as with a word, or with the minus sign − '
                        || 'and not a hyphen: a spreadsheet takes it for a formula'
                {%- endfor %}
            end as expected
        from (
            unpivot (select row_number() over () + 1 as line, * from {{ loaded }})
            on columns(* exclude (line)) into name name value cell
        )
    )
    where {{ 'expected is not null' if header else 'false' }}
    window of_column as (partition by name order by line)
    qualify row_number() over of_column <= 5
    order by line, name
{%- endmacro %}


{#-
SQL of what is known of a cell that may be open or wrong: without the marks of what is open, and
without a value that is not of the column's type. It is for looking further, never for a build.

Arguments:
    column (string): the column, a text.
    column_type (string): its type; none for text.
-#}
{% macro known_part(column, column_type) -%}
    {%- set text -%}
        nullif(trim(regexp_replace({{ column }}, '(^|[|])[?]', '\1', 'g'), '|'), '')
    {%- endset -%}
    {{- 'try_cast(' ~ text ~ ' as ' ~ column_type ~ ')' if column_type else text -}}
{%- endmacro %}


{#- Where the rows of a relation are found: in the file of a reference seed, or under its name. -#}
{% macro place_of_table(relation) -%}
    {%- set name = relation.identifier -%}
    {{- 'seeds/reference/' ~ name ~ '.csv' if relation.schema == 'reference' else name -}}
{%- endmacro %}


{#- The pattern of a character that does not show, or of a blank that is not the plain one. -#}
{% macro hidden_character() -%}
    [\p{C}\p{Zl}\p{Zp}]|[^\P{Zs} ]
{%- endmacro %}


{#-
SQL that reads a seed as text. Nothing is guessed: no type, no delimiter, no quote. DuckDB's strict
mode is off, for it refuses, without a line, a file with line ends of two kinds, such as rows
appended to what a spreadsheet saved. Rows are in the order of the file, whatever the session's
preserve_insertion_order: lines are counted on it.

Arguments:
    path (string): path of a .csv file without a fault (barometer.inputs.seed_files).
    header (list): its columns.
-#}
{% macro read_seed_file(path, header) -%}
    (
        from read_csv(
            '{{ escape_single_quotes(path) }}',
            auto_detect = false,
            header = true,
            all_varchar = true,
            delim = ',',
            quote = '"',
            escape = '"',
            strict_mode = false,
            hive_partitioning = false,
            columns = {'{{ header | join("': 'varchar', '") }}': 'varchar'}
        )
        order by row_number() over ()
    )
{%- endmacro %}
