{#-
Whether a row of a seed with `first_edition` and `last_edition` is in force in an edition;
an empty one leaves that side open.

Arguments:
    seed (string): the seed's alias.
    edition (string): the edition, as a SQL expression.
-#}
{% macro in_force(seed, edition) -%}
    {{ edition }} between coalesce({{ seed }}.first_edition, {{ edition }})
    and coalesce({{ seed }}.last_edition, {{ edition }})
{%- endmacro %}
