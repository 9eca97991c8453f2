/*
Population, sample, fieldwork and usable responses of each stratum.

Grain: one row per edition × stratum with a population or a sample. Counts are of
enterprises in scope.
*/
with

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

population as (

    select * from {{ ref('population') }}

),

enterprises as (

    select * from {{ ref('int_enterprises_stratified') }}

),

responses as (

    select * from {{ ref('int_responses_classified') }}

),

sample_counts as (

    select
        edition,
        stratum_number,
        count(*) as sampled_count,
        count_if(is_reached) as reached_count

    from enterprises

    where is_eligible
    group by all

),

response_counts as (

    select
        edition,
        stratum_number,
        count(*) as response_count,
        count_if(is_usable) as usable_count

    from responses

    where is_eligible and stratum_number is not null
    group by all

),

population_counts as (

    select
        population.edition,
        strata.stratum_number,
        population.population_count

    from population

    inner join strata
        on
            population.edition = strata.edition
            and population.sector_code = strata.sector_code
            and population.size_class_code = strata.size_class_code

    where population.edition in (select enterprises.edition from enterprises)

),

final as (

    select
        coalesce(population_counts.edition, sample_counts.edition) as edition,
        strata.stratum_number,
        strata.stratum_id,
        strata.sector_code,
        strata.size_class_code,
        strata.size_class_sort_order,
        coalesce(population_counts.population_count, 0)::integer as population_count,
        coalesce(sample_counts.sampled_count, 0)::integer as sampled_count,
        coalesce(sample_counts.reached_count, 0)::integer as reached_count,
        coalesce(response_counts.response_count, 0)::integer as response_count,
        coalesce(response_counts.usable_count, 0)::integer as usable_count

    from population_counts

    full outer join sample_counts
        on
            population_counts.edition = sample_counts.edition
            and population_counts.stratum_number = sample_counts.stratum_number

    inner join strata
        on
            coalesce(population_counts.edition, sample_counts.edition) = strata.edition
            and coalesce(population_counts.stratum_number, sample_counts.stratum_number)
            = strata.stratum_number

    left join response_counts
        on
            sample_counts.edition = response_counts.edition
            and sample_counts.stratum_number = response_counts.stratum_number

)

select * from final
