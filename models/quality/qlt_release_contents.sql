/*
What a release consists of, and where: the marts of each export, as the exposures declare them.

Grain: one row per export format × mart.
*/
-- depends_on: {{ ref('qlt_test_results') }}
with

final as (

    select
        unnest({{ release_contents() | map(attribute='format') | list }})::varchar
            as export_format,
        unnest({{ release_contents() | map(attribute='mart') | list }})::varchar
            as mart_name,
        '{{ invocation_id }}' as invocation_id,
        '{{ escape_single_quotes(var("release_path")) }}' as release_path,
        '{{ escape_single_quotes(build_manifest()) }}' as dbt_manifest

)

select * from final
