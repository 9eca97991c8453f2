-- The answers behind a cell are compatible with it, so at least one solution is; a row, which
-- asks more, is compatible with at most as many as each of its cells.
select
    'edition ' || edition || ', ' || table_id || ', ' || category || ', ' || indicator_id
    || ': found ' || cell_solution_count || ' solutions and '
    || coalesce(row_solution_count::varchar, 'no count') || ' of the row; expected at least 1, '
    || 'and for the row at most as many' as message
from {{ ref('int_disclosure_risks') }}
where
    cell_solution_count < 1
    or row_solution_count < 1
    or row_solution_count > cell_solution_count
