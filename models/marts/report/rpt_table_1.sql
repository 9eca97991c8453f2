/*
Tabel 1: population and sample per stratum.

Grain: one row per edition × stratum, and the margins that the report prints, with
`total` as their sector or size class.
*/
with

final as (

    {{ stratum_table(['population_count', 'sampled_count']) }}

)

select * from final
