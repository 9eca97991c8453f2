/*
Editions of the survey.

Grain: one row per edition built.
*/
-- depends_on: {{ ref('qlt_expectation_results') }}
with

editions as (

    select * from {{ ref('editions') }}

),

strata as (

    select * from {{ ref('int_strata_counted') }}

),

final as (

    select
        edition,
        status,
        fieldwork_start,
        fieldwork_end,
        note

    from editions

    where edition in (select strata.edition from strata)

)

select * from final
