/*
Whether each estimate of a stratum is reliable.

Grain: one row per edition × indicator × base × stratum. Method: macros/reliability.sql, by the seed
`reliability_rules`.
*/
with

estimates as (

    select * from {{ ref('int_stratum_estimates') }}

),

rules as (

    select * from {{ ref('reliability_rules') }}

),

measures as (

    {{ reliability_measures(
        'estimates', ['edition', 'indicator_id', 'base_id', 'stratum_number']
    ) | indent(4) }}

),

final as (

    {{ reliability_statuses(
        'measures', 'rules', ['edition', 'indicator_id', 'base_id', 'stratum_number']
    ) | indent(4) }}

)

select * from final
