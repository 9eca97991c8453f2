{#-
True when a question offers at least one of the codes that an indicator counts, in an edition.

An indicator whose codes were never offered has no estimate there: nobody could give the
answer, which is not the same as nobody giving it. A derived question offers what its rule gives.

Arguments:
    hit_codes (string): SQL expression of the codes that are counted, separated by |.
    answer_codes (string): SQL expression of the codes offered; null for a derived question.
-#}
{% macro is_offered(hit_codes, answer_codes) -%}
    (
        {{ answer_codes }} is null
        or list_has_any(string_split({{ hit_codes }}, '|'), string_split({{ answer_codes }}, '|'))
    )
{%- endmacro %}
