{#-
Enterprises with the sector, the size class and the scope that they have in their edition: for
the input checks, before anything is typed, and for the models after it, in the same words.

Arguments:
    enterprises (string): a CTE with edition, nace_code, employee_count,
        registered_region and flemish_establishment_count; counts are integers.
    sector_nace, size_classes (string): CTEs of these seeds.
-#}
{% macro enterprises_stratified(enterprises, sector_nace, size_classes) -%}
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
        select
            codes.edition,
            codes.nace_code,
            arg_max(sector_nace.sector_code, length(sector_nace.nace_prefix)) as sector_code

        from (
            select distinct
                edition,
                nace_code

            from {{ enterprises }}
        ) as codes

        inner join {{ sector_nace }} as sector_nace
            on
                starts_with(codes.nace_code, sector_nace.nace_prefix)
                and {{ in_force('sector_nace', 'codes.edition') }}

        group by codes.edition, codes.nace_code
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
