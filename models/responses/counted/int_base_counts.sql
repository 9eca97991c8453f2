/*
How many usable responses of a stratum belong to each combination of bases.

Grain: one row per edition × stratum × combination of bases, in the published deck.
*/
with

final as (

    select
        edition,
        stratum_number,
        base_bits,
        count(*)::integer as response_count

    from {{ ref('int_response_bases') }}

    where replicate in (-1, 0)
    group by all

)

select * from final
