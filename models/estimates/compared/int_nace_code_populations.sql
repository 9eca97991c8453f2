/*
How many enterprises of the population have each NACE code.

Grain: one row per edition that is built or kept × sector × code × code in the version of NACE
before, `none` where the frame does not have it. Method: each enterprise sampled of a stratum for as
many as the population of the stratum has to one of them.
*/
with

codes as (

    select * from {{ ref('int_nace_codes_with_past_editions') }}

),

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

),

counted as (

    select
        edition,
        nace_code,
        previous_nace_code,
        sector_code,
        sector_code || '|' || size_class_code as stratum_id,
        enterprise_count,
        sum(enterprise_count) over (
            partition by edition, sector_code, size_class_code
        ) as sampled_count

    from codes

    where is_eligible

),

final as (

    select
        counted.edition,
        counted.sector_code,
        counted.nace_code,
        counted.previous_nace_code,
        -- Decimals add up to the same whatever their order.
        sum(
            (counted.enterprise_count * strata.population_count / counted.sampled_count)
            ::decimal(18, 6)
        )::double as population_count

    from counted

    inner join strata
        on
            counted.edition = strata.edition
            and counted.stratum_id = strata.stratum_id

    group by
        counted.edition, counted.sector_code, counted.nace_code, counted.previous_nace_code

    having sum(strata.population_count) > 0

)

select * from final
