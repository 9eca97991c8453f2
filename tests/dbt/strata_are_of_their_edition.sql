-- Sectors, size classes and their counts are of editions that have them: a NACE prefix
-- leads to a sector in force, no employee count to two size classes or, between two of them,
-- to none, and every row of population and expected_counts is of a stratum of its edition.
with

counts as (

    select
        'population' as seed,
        edition,
        sector_code,
        size_class_code
    from {{ ref('population') }}

    union all

    select
        'expected_counts' as seed,
        edition,
        sector_code,
        size_class_code
    from {{ ref('expected_counts') }}

)

select
    'seeds/reference/' || counts.seed || '.csv, edition ' || counts.edition
    || ', columns sector_code and size_class_code: found ' || counts.sector_code || ' and '
    || counts.size_class_code || '; expected a sector and a size class in force in that edition'
        as message
from counts
left join {{ ref('int_strata_numbered') }} as strata
    on
        counts.edition = strata.edition
        and counts.sector_code = strata.sector_code
        and counts.size_class_code = strata.size_class_code
where strata.stratum_number is null

union all

select
    'seeds/reference/sector_nace.csv, edition ' || prefixes.edition || ', nace_prefix '
    || prefixes.nace_prefix || ', column sector_code: found ' || prefixes.sector_code
    || '; expected a sector in force in that edition' as message
from {{ ref('int_sector_prefixes') }} as prefixes
left join {{ ref('sectors') }} as sectors
    on
        prefixes.sector_code = sectors.sector_code
        and {{ in_force('sectors', 'prefixes.edition') }}
where sectors.sector_code is null

union all

select
    'seeds/reference/size_classes.csv, edition ' || editions.edition
    || ', column employee_count_min: found ' || smaller.size_class_code || ' up to '
    || coalesce(smaller.employee_count_max::varchar, 'any number') || ' and '
    || larger.size_class_code || ' from ' || larger.employee_count_min
    || '; expected bounds that do not overlap' as message
from {{ ref('editions') }} as editions
inner join {{ ref('size_classes') }} as smaller
    on {{ in_force('smaller', 'editions.edition') }}
inner join {{ ref('size_classes') }} as larger
    on
        {{ in_force('larger', 'editions.edition') }}
        and smaller.size_class_code != larger.size_class_code
        and larger.employee_count_min between smaller.employee_count_min
        and coalesce(smaller.employee_count_max, larger.employee_count_min)

union all

select
    'seeds/reference/size_classes.csv, edition ' || editions.edition
    || ', column employee_count_max: found ' || smaller.size_class_code || ' up to '
    || smaller.employee_count_max || ' and ' || arg_min(
        larger.size_class_code, larger.employee_count_min
    )
    || ' from ' || min(larger.employee_count_min) || '; expected no gap between them' as message
from {{ ref('editions') }} as editions
inner join {{ ref('size_classes') }} as smaller
    on {{ in_force('smaller', 'editions.edition') }}
inner join {{ ref('size_classes') }} as larger
    on
        {{ in_force('larger', 'editions.edition') }}
        and smaller.employee_count_max < larger.employee_count_min
group by editions.edition, smaller.size_class_code, smaller.employee_count_max
having min(larger.employee_count_min) > smaller.employee_count_max + 1
