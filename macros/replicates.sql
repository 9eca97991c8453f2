{#- The decks that imputation draws, as a query of one column: 0, the published one, and the further ones. -#}
{% macro replicates() -%}
    select range::smallint as replicate
    from range(0, {{ var('imputation_replicates') | int + 1 }})
{%- endmacro %}
