{#- The decks that imputation draws, as a query of one column: 0, the published one, and the further ones. -#}
{% macro replicates() -%}
    select unnest(generate_series(0, {{ var('imputation_replicates') | int }}))::smallint as replicate
{%- endmacro %}
