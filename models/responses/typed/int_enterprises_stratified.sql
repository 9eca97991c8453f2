/*
Sampled enterprises with their stratum, their scope and whether they were reached.

Grain: one row per edition × sampled enterprise.
Method (Populatie, steekproeftrekking en contactinformatie; Tabel 1 and Tabel 7), steps 1 to 3
in the macro enterprises_stratified:
    1) Sector: the longest NACE prefix that the five-digit code begins with, of those
       of the edition.
    2) Size class: the employee count within the bounds that the class has in the edition.
    3) In scope: a sector, a size class, and registered in Flanders, or in Brussels
       with at least one establishment in Flanders. Out of scope is flagged, not dropped.
    4) Reached: delivered at the first or at the second approach. A response is of the wave that
       reached its enterprise; where neither did, the follow-up by telephone is what is left.
*/
with

enterprises as (

    select * from {{ ref('stg_sample') }}

),

sector_prefixes as (

    select * from {{ ref('int_sector_prefixes') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

classified as (

    {{ enterprises_stratified('enterprises', 'sector_prefixes', 'size_classes') | indent(4) }}

),

final as (

    select
        classified.edition,
        classified.line_number,
        classified.sector_code,
        classified.size_class_code,
        strata.stratum_number,
        classified.contact_channel,
        classified.contact_type,
        classified.delivery_status,
        classified.recontact_status,
        classified.is_eligible,
        coalesce(classified.delivery_status = 'delivered', false)
        or coalesce(classified.recontact_status = 'delivered', false) as is_reached,
        case
            when classified.delivery_status = 'delivered' then 'first_approach'
            when classified.recontact_status = 'delivered' then 'second_approach'
            else 'follow_up'
        end as response_wave

    from classified

    left join strata
        on
            classified.edition = strata.edition
            and classified.sector_code = strata.sector_code
            and classified.size_class_code = strata.size_class_code

)

select * from final
