-- Every questionnaire was sent to a sampled enterprise. A warning only: the rule
-- wrong_enterprise sets such a questionnaire aside.
{{ config(severity='warn') }}
select
    responses.file_name || ', line ' || responses.line_number
    || ', column invited_enterprise_number: found an enterprise that is not in the sample; '
    || 'expected one that is' as message
from {{ ref('stg_responses') }} as responses
left join {{ ref('stg_sample') }} as enterprises
    on
        responses.edition = enterprises.edition
        and responses.invited_enterprise_key = enterprises.enterprise_key
where enterprises.enterprise_key is null
