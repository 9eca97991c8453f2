{#-
Puts an earlier release back in the place of the present one, which is kept in its stead:
`dbt run-operation restore_release`, or with `--args '{release: 20240131T091500.123Z}'`.

Arguments:
    release (string): when the earlier release was published, the name of its folder in
        `.<release>.previous`; without it, the last one before the present one. Any other
        text stops the operation with a sentence that lists them.
-#}
{% macro restore_release(release=none) -%}
    {#- Materialized: a function that stands behind two columns would be called twice. -#}
    {%- set outcome = run_query(
        "with attempt as materialized (select restored('"
        ~ escape_single_quotes(var('release_path')) ~ "', "
        ~ ("'" ~ escape_single_quotes(release ~ '') ~ "'" if release is not none else 'null')
        ~ ", '" ~ escape_single_quotes(var('keep_releases') ~ '') ~ "') as outcome) "
        ~ "select outcome.is_done, outcome.sentence from attempt"
    ).rows[0] -%}
    {%- if not outcome['is_done'] -%}
        {{- exceptions.raise_compiler_error(outcome['sentence']) -}}
    {%- endif -%}
    {%- do log(outcome['sentence'], info=True) -%}
{%- endmacro %}
