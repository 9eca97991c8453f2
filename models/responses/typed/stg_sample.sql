/*
Sampled enterprises as the survey office delivered them, typed.

Grain: one row per edition × sampled enterprise.
Personal data ends here: names and e-mail addresses are not read at all, and the enterprise
number does not leave; a questionnaire finds its enterprise by the line (stg_responses).
*/
-- depends_on: {{ ref('chk_input_findings') }}
with

raw_sample as (

    select * from {{ ref('raw_sample') }}

),

final as (

    select
        edition,
        file_name,
        line_number,
        nace_code,
        previous_nace_code,
        try_cast(employee_count as integer) as employee_count,
        registered_region,
        try_cast(flemish_establishment_count as integer)
            as flemish_establishment_count,
        contact_channel,
        contact_type,
        delivery_status,
        recontact_channel,
        recontact_status

    from raw_sample

)

select * from final
