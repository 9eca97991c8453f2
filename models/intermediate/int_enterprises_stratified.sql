/*
Sampled enterprises with their stratum, their scope and whether they were reached.

Grain: one row per edition × sampled enterprise.
Method (Populatie, steekproeftrekking en contactinformatie; Tabel 1 and Tabel 7):
    1) Sector: the longest NACE prefix that the five-digit code begins with, of those
       in force in the edition.
    2) Size class: the employee count within the bounds that the class has in the edition.
    3) In scope: a sector, a size class, and registered in Flanders, or in Brussels
       with at least one establishment in Flanders. Out of scope is flagged, not dropped.
    4) Reached: delivered at the first or at the second approach.
*/
with

enterprises as (

    select * from {{ ref('stg_sample') }}

),

sector_nace as (

    select * from {{ ref('sector_nace') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

nace_codes as (

    select distinct
        edition,
        nace_code

    from enterprises

),

nace_sectors as (

    select
        nace_codes.edition,
        nace_codes.nace_code,
        sector_nace.sector_code

    from nace_codes

    inner join sector_nace
        on
            starts_with(nace_codes.nace_code, sector_nace.nace_prefix)
            and {{ in_force('sector_nace', 'nace_codes.edition') }}

    qualify
        row_number() over (
            partition by nace_codes.edition, nace_codes.nace_code
            order by length(sector_nace.nace_prefix) desc
        ) = 1

),

classified as (

    select
        enterprises.*,
        nace_sectors.sector_code,
        size_classes.size_class_code,
        coalesce(
            enterprises.registered_region = 'flanders'
            or (
                enterprises.registered_region = 'brussels'
                and enterprises.flemish_establishment_count >= 1
            ),
            false
        ) as is_region_in_scope

    from enterprises

    left join nace_sectors
        on
            enterprises.edition = nace_sectors.edition
            and enterprises.nace_code = nace_sectors.nace_code

    left join size_classes
        on
            enterprises.employee_count >= size_classes.employee_count_min
            and enterprises.employee_count
            <= coalesce(size_classes.employee_count_max, enterprises.employee_count)
            and {{ in_force('size_classes', 'enterprises.edition') }}

),

final as (

    select
        classified.edition,
        classified.enterprise_key,
        classified.sector_code,
        classified.size_class_code,
        strata.stratum_number,
        classified.contact_channel,
        classified.delivery_status,
        classified.recontact_status,
        classified.sector_code is not null
        and classified.size_class_code is not null
        and classified.is_region_in_scope as is_in_scope,
        coalesce(classified.delivery_status = 'delivered', false)
        or coalesce(classified.recontact_status = 'delivered', false) as is_reached

    from classified

    left join strata
        on
            classified.edition = strata.edition
            and classified.sector_code = strata.sector_code
            and classified.size_class_code = strata.size_class_code

)

select * from final
