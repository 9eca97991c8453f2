{#-
What a contract is to another mart. Fails when the columns of a table of percentages are
not those of its YAML, then the indicators that the seed gives it, each with its type, in
that order, without a null beside the indicators, and described.

Arguments:
    source (string): the table as the seed `indicators` names it.
-#}
{% test columns_of_its_seed(model, source) %}

    {%- set labels, expected = [], [] %}
    {%- if execute %}
        {%- for node in graph.nodes.values() if node.name == model.identifier %}
            {%- for column in node.columns.values() %}
                {%- do labels.append(column.name) %}
                {%- do expected.append([column.name, column.data_type]) %}
            {%- endfor %}
        {%- endfor %}
    {%- endif %}
    {%- for indicator in report_table_indicators(source) %}
        {%- do expected.append([indicator.indicator_id, 'double']) %}
    {%- endfor %}

    with

    expected as (

        {%- for column_name, data_type in expected %}
        select
            {{ loop.index }} as column_index,
            '{{ column_name }}' as column_name,
            '{{ data_type }}' as data_type
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    ),

    found as (

        select
            column_index,
            column_name,
            lower(data_type) as data_type,
            comment

        from duckdb_columns()

        where
            database_name = current_database()
            and schema_name = '{{ model.schema }}'
            and table_name = '{{ model.identifier }}'

    )

    select
        '{{ model.identifier }}, column ' || coalesce(expected.column_index, found.column_index)
        || ': found ' || coalesce(
            found.column_name || ', ' || found.data_type
            || if(found.comment is null, ', without a description', ''),
            'none'
        )
        || '; expected ' || coalesce(
            expected.column_name || ', ' || expected.data_type || ', described', 'none'
        )
        || ', of its YAML and of table {{ source }} in seeds/reference/indicators.csv'
            as message

    from expected

    full outer join found
        on expected.column_index = found.column_index

    where
        found.comment is null
        or expected.column_name is distinct from found.column_name
        or expected.data_type is distinct from found.data_type

    {%- for label in labels %}

    union all

    select
        '{{ model.identifier }}, edition ' || coalesce(edition::varchar, 'null')
        || ', column {{ label }}: found no value; expected one' as message

    from {{ model }}

    where {{ label }} is null
    {%- endfor %}

{% endtest %}
