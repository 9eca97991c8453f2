/*
Editions of the survey.

Grain: one row per edition built, and per edition that the release keeps.
*/
{{ config(post_hook="{{ keep_released_rows() }}") }}
-- depends_on: {{ ref('chk_expectation_results') }}
{#- Refuses a release with an edition that the seed does not have. -#}
{% do kept_editions() %}
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
        coalesce(revision, 0)::smallint as revision,
        fieldwork_start,
        fieldwork_end,
        reference_period_end,
        publication_date,
        nace_version,
        note

    from editions

    where edition in (select strata.edition from strata)

)

select * from final
