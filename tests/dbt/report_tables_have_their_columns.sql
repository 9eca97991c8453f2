-- The columns of each report table of percentages are the indicators that the seed
-- gives that table. A failure names the column to add to, or drop from, its contract.
with

expected as (

    select distinct
        indicator_id,
        replace(unnest(string_split(source, '|')), 'tabel_', 'rpt_table_') as table_name
    from {{ ref('indicators') }}

),

found as (
    {% for table in ['rpt_table_3', 'rpt_table_4', 'rpt_table_5', 'rpt_table_6'] %}
    {%- set node = graph.nodes.values() | selectattr('name', 'equalto', table) | first %}
    select
        '{{ ref(table).identifier }}' as table_name,
        unnest({{ report_table_indicators(node) if node else [] }})::varchar as indicator_id
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    coalesce(found.table_name, expected.table_name) || ', column '
    || coalesce(found.indicator_id, expected.indicator_id) || ': found '
    || if(found.indicator_id is null, 'none', 'one that the seed indicators does not give')
    || '; expected the indicators of the report''s table' as message
from found
full outer join expected
    on
        found.table_name = expected.table_name
        and found.indicator_id = expected.indicator_id
where
    found.indicator_id is null and expected.table_name in (select table_name from found)
    or expected.indicator_id is null
