-- Every questionnaire has a time of submission within the fieldwork of its edition.
select
    responses.file_name || ', line ' || responses.line_number || ', column submitted_at: found '
    || coalesce(responses.submitted_at::varchar, 'no timestamp') || '; expected one from '
    || editions.fieldwork_start || ' to ' || editions.fieldwork_end as message
from {{ ref('stg_responses') }} as responses
inner join {{ ref('editions') }} as editions
    on responses.edition = editions.edition
where
    responses.submitted_at is null
    or responses.submitted_at::date not between editions.fieldwork_start
    and editions.fieldwork_end
order by responses.file_name, responses.line_number
