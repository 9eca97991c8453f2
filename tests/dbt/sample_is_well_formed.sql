-- Enterprise number, NACE code and counts of the sample have the form they should have.
-- The enterprise number itself is personal data: the message gives the line, not the number.
select
    file_name || ', line ' || line_number || ', column enterprise_number: '
    || 'found a number whose check digits do not fit; '
    || 'expected ten digits, the last two being 97 - (first eight mod 97)' as message
from {{ ref('stg_sample') }}
where not is_enterprise_number_valid

union all

select
    file_name || ', line ' || line_number || ', column nace_code: found '
    || coalesce('''' || nace_code || '''', 'an empty cell')
    || '; expected five digits without dots' as message
from {{ ref('stg_sample') }}
where not coalesce(regexp_full_match(nace_code, '[0-9]{5}'), false)

union all

select
    file_name || ', line ' || line_number || ', column employee_count: '
    || 'found no whole number of 0 or more; expected one' as message
from {{ ref('stg_sample') }}
where coalesce(employee_count, -1) < 0

union all

select
    file_name || ', line ' || line_number || ', column flemish_establishment_count: '
    || 'found no whole number of 0 or more; expected one' as message
from {{ ref('stg_sample') }}
where coalesce(flemish_establishment_count, -1) < 0
