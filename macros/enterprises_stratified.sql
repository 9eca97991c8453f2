{#-
Enterprises with the sector, the size class and the scope that they have in their edition: for
the input checks, before anything is typed, and for the models after it, in the same words.

Arguments:
    enterprises (string): a CTE with edition, nace_code, employee_count,
        registered_region and flemish_establishment_count; counts are integers.
    sector_prefixes, size_classes (string): CTEs of int_sector_prefixes and of that seed.
-#}
{% macro enterprises_stratified(enterprises, sector_prefixes, size_classes) -%}
    select
        enterprises.*,
        nace_sectors.sector_code,
        size_classes.size_class_code,
        coalesce(
            nace_sectors.sector_code is not null
            and size_classes.size_class_code is not null
            and (
                enterprises.registered_region = 'flanders'
                or (
                    enterprises.registered_region = 'brussels'
                    and enterprises.flemish_establishment_count >= 1
                )
            ),
            false
        ) as is_eligible

    from {{ enterprises }} as enterprises

    left join (
        {%- set codes -%}
            (
                select distinct
                    edition,
                    nace_code

                from {{ enterprises }}
            )
        {%- endset %}
        {{ sectors_of_codes(codes, sector_prefixes) | indent(8) }}
    ) as nace_sectors
        on
            enterprises.edition = nace_sectors.edition
            and enterprises.nace_code = nace_sectors.nace_code

    left join {{ size_classes }} as size_classes
        on
            enterprises.employee_count >= size_classes.employee_count_min
            and enterprises.employee_count
            <= coalesce(size_classes.employee_count_max, enterprises.employee_count)
            and {{ in_force('size_classes', 'enterprises.edition') }}
{%- endmacro %}
