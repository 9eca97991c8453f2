-- No response id and no sampled enterprise stands twice in an edition's files. The
-- message gives the lines, not the enterprise number.
select
    any_value(file_name) || ', lines ' || string_agg(line_number, ' and ' order by line_number)
    || ', column response_id: found ''' || response_id || ''' ' || count(*)
    || ' times; expected it once' as message
from {{ ref('stg_responses') }}
group by edition, response_id
having count(*) > 1

union all

select
    any_value(file_name) || ', lines ' || string_agg(line_number, ' and ' order by line_number)
    || ', column enterprise_number: found the same number ' || count(*)
    || ' times; expected it once' as message
from {{ ref('stg_sample') }}
group by edition, enterprise_key
having count(*) > 1
