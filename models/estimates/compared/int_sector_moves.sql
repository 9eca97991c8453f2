/*
Where the enterprises of a sector are in the other edition of a pair.

Grain: one row per pair of editions × edition of the two that counts the enterprises × sector in it
× sector in the other; `none` for no sector that the other edition has enterprises of.
*/
with

populations as (

    select * from {{ ref('int_nace_code_populations') }}

),

recoded as (

    select * from {{ ref('int_nace_codes_recoded') }}

),

moves as (

    select
        recoded.previous_edition,
        recoded.edition,
        recoded.coded_edition,
        populations.sector_code,
        recoded.other_sector_code,
        (populations.population_count * recoded.share)::decimal(18, 6) as population_count,
        recoded.is_dual_coded

    from populations

    inner join recoded
        on
            populations.edition = recoded.coded_edition
            and populations.nace_code = recoded.nace_code
            and populations.previous_nace_code = recoded.previous_nace_code

),

added as (

    select
        previous_edition,
        edition,
        coded_edition,
        sector_code,
        other_sector_code,
        sum(population_count) as population_count,
        sum(population_count) filter (where is_dual_coded) as dual_coded_count

    from moves

    group by previous_edition, edition, coded_edition, sector_code, other_sector_code

),

final as (

    select
        previous_edition,
        edition,
        coded_edition,
        sector_code,
        other_sector_code,
        population_count::double as population_count,
        (100 * population_count / sum(population_count) over (
            partition by previous_edition, edition, coded_edition, sector_code
        ))::double as share_pct,
        (100 * population_count / sum(population_count) over (
            partition by previous_edition, edition, coded_edition
        ))::double as population_pct,
        (100 * dual_coded_count / population_count)::double as dual_coded_pct

    from added

)

select * from final
