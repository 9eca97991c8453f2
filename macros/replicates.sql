{#- The decks that imputation draws, as a query of one column: 0, the published one, and the further ones. -#}
{% macro replicates() -%}
    select drawn.replicate::smallint as replicate
    from (
        select unnest(generate_series(0, {{ var('imputation_replicates') | int }})) as replicate
    ) as drawn
{%- endmacro %}
