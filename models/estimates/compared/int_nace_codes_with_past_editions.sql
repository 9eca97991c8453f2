/*
Sampled enterprises by NACE code, of the editions of this build and of those that the release keeps.

Grain: as int_nace_code_counts. What a change of classification is measured by.
*/
{{ config(post_hook="{{ keep_released_rows() }}") }}
with

final as (

    select
        edition,
        nace_code,
        previous_nace_code,
        sector_code,
        size_class_code,
        is_eligible,
        enterprise_count

    from {{ ref('int_nace_code_counts') }}

)

select * from final
