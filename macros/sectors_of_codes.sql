{#-
SQL of the sector that each code belongs to: that of the longest prefix that the code begins with, of
those of the edition; a code without one has no row.

Arguments:
    codes (string): a CTE with edition and nace_code, each pair once.
    sector_prefixes (string): a CTE of int_sector_prefixes.
-#}
{% macro sectors_of_codes(codes, sector_prefixes) -%}
    select
        codes.edition,
        codes.nace_code,
        arg_max(prefixes.sector_code, length(prefixes.nace_prefix)) as sector_code

    from {{ codes }} as codes

    inner join {{ sector_prefixes }} as prefixes
        on
            codes.edition = prefixes.edition
            and starts_with(codes.nace_code, prefixes.nace_prefix)

    group by codes.edition, codes.nace_code
{%- endmacro %}
