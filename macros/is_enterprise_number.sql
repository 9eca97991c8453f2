{#-
True for ten digits whose last two are 97 − (first eight mod 97), the check digits of
the Crossroads Bank for Enterprises; false for anything else, null included.

Arguments:
    number (string): SQL expression of a text.
-#}
{% macro is_enterprise_number(number) -%}
    coalesce(
        regexp_full_match({{ number }}, '[0-9]{10}')
        and 97 - try_cast(left({{ number }}, 8) as integer) % 97
        = try_cast(right({{ number }}, 2) as integer),
        false
    )
{%- endmacro %}
