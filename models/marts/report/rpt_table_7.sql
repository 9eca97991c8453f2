/*
Tabel 7: the activities that are in the survey, in the words of the report.

Grain: one row per edition × activity, of the sectors in the population of the edition.
*/
with

strata as (

    select * from {{ ref('dim_strata') }}

),

activities as (

    select * from {{ ref('sector_activities') }}

),

sectors as (

    select distinct
        edition,
        sector_code

    from strata

),

final as (

    select
        sectors.edition,
        activities.activity_code,
        activities.sector_code,
        activities.label_nl,
        activities.label_en,
        activities.sort_order,
        activities.first_edition

    from sectors

    inner join activities
        on
            sectors.sector_code = activities.sector_code
            and {{ in_force('activities', 'sectors.edition') }}

)

select * from final
