-- The columns of each report table of percentages are the indicators that the seed
-- gives that table. A failure names the column to add to, or drop from, its contract.
with

tables as (

    {% for node in graph.nodes.values() if report_table_indicators(node) %}
    select
        '{{ node.name }}' as table_name,
        {{ report_table_indicators(node) }}::varchar[] as indicator_ids
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        null as table_name,
        []::varchar[] as indicator_ids
    {% endfor %}

),

columns_found as (

    select
        table_name,
        unnest(indicator_ids) as indicator_id
    from tables

),

columns_expected as (

    select distinct
        tables.table_name,
        indicators.indicator_id
    from {{ ref('indicators') }} as indicators
    inner join tables
        on list_contains(
            string_split(indicators.source, '|'),
            replace(tables.table_name, 'rpt_table_', 'tabel_')
        )

)

select
    coalesce(columns_found.table_name, columns_expected.table_name) || ', column '
    || coalesce(columns_found.indicator_id, columns_expected.indicator_id) || ': found '
    || if(columns_found.indicator_id is null, 'none', 'one that the seed does not give it')
    || '; expected the indicators of the table in seeds/reference/indicators.csv' as message
from columns_found
full outer join columns_expected
    on
        columns_found.table_name = columns_expected.table_name
        and columns_found.indicator_id = columns_expected.indicator_id
where columns_found.indicator_id is null or columns_expected.indicator_id is null

-- depends_on: {{ ref('rpt_table_3') }}
-- depends_on: {{ ref('rpt_table_4') }}
-- depends_on: {{ ref('rpt_table_5') }}
-- depends_on: {{ ref('rpt_table_6') }}
