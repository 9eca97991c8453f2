/*
What this build was asked for: the variables that say which raw files to read, and what the
release is.

Grain: one row. A model and not a configuration, which dbt would write into its manifest: a
path of this machine is nobody else's business, and another value no change of a model.
*/
{% set editions = wanted_editions() | join(" ") %}
{% set raw_path = var("raw_path") or "" %}
{% set release_path = var("release_path") %}

with

final as (

    select
        '{{ escape_single_quotes(editions) }}' as editions,
        '{{ escape_single_quotes(raw_path) }}' as raw_path,
        '{{ escape_single_quotes(release_path) }}' as release_path

)

select * from final
