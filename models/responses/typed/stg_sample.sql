/*
Sampled enterprises as the survey office delivered them, typed.

Grain: one row per edition × sampled enterprise.
Personal data ends here: names and e-mail addresses are not read at all, and the
enterprise number leaves as a keyed pseudonym.
*/
-- depends_on: {{ ref('chk_input_findings') }}
with

raw_sample as (

    select * from {{ ref('raw_sample') }}

),

editions as (

    select * from {{ ref('editions') }}

),

final as (

    select
        raw_sample.edition,
        raw_sample.file_name,
        raw_sample.line_number,
        pseudonym(raw_sample.enterprise_number, editions.status) as enterprise_key,
        raw_sample.nace_code,
        try_cast(raw_sample.employee_count as integer) as employee_count,
        raw_sample.registered_region,
        try_cast(raw_sample.flemish_establishment_count as integer)
            as flemish_establishment_count,
        raw_sample.contact_channel,
        raw_sample.contact_type,
        raw_sample.delivery_status,
        raw_sample.recontact_channel,
        raw_sample.recontact_status

    from raw_sample

    inner join editions
        on raw_sample.edition = editions.edition

)

select * from final
