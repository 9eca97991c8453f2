/*
The one pass over the answers: how many responses of a stratum have each pattern.

Grain: one row per deck × edition × stratum × combination of bases × block × pattern. What is
the same in every deck has replicate −1.
*/
with

patterns as (

    select * from {{ ref('int_patterns_completed') }}

),

bases as (

    select * from {{ ref('int_response_bases') }}

),

final as (

    select
        patterns.edition,
        greatest(patterns.replicate, bases.replicate)::smallint as replicate,
        bases.stratum_number,
        bases.base_bits,
        patterns.block_number,
        patterns.pattern,
        count(*)::integer as response_count

    from patterns

    inner join bases
        on
            patterns.edition = bases.edition
            and patterns.line_number = bases.line_number
            and (
                patterns.replicate = bases.replicate
                or patterns.replicate = -1
                or bases.replicate = -1
            )

    group by all

)

select * from final
