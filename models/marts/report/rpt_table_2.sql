/*
Tabel 2: usable responses per stratum.

Grain: one row per edition × stratum, and the margins that the report prints, with
`total` as their sector or size class.
*/
with

final as (

    {{ stratum_table(['usable_count']) }}

)

select * from final
