{#-
p-values corrected for how many there are in a family, as an expression over rows of families.

Holm's (1979) step-down form of Bonferroni's correction, Scandinavian Journal of Statistics 6,
65-70: the probability that any of a family is called significant by chance. Null p-values come
last, and have the correction of the last one that is not null.

Arguments:
    family (string): the columns that make a family.

Columns that the rows have: p_value, family_size (how many of the family are not null) and
place (from 1, by p_value).
-#}
{% macro holm_p_value(family) -%}
    max(least(1, (family_size - place + 1) * p_value)) over (
        partition by {{ family }}
        order by place
    )
{%- endmacro %}
