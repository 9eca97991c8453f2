/*
What the warehouse holds of each stratum beside what was published of it.

Grain: one row per edition × stratum. This is what Great Expectations validates: small
whatever the number of responses. An edition without published counts has nulls.
*/
with

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

published as (

    select * from {{ ref('published_figures') }}

),

expected as (

    select * from {{ ref('expected_counts') }}

),

bases as (

    select * from {{ ref('int_base_counts') }}

),

items as (

    select * from {{ ref('int_item_counts') }}

),

published_population as (

    select
        edition,
        category as stratum_id,
        value as published_population_count

    from published

    where indicator = 'population' and domain = 'stratum'

),

weight_sums as (

    select
        bases.edition,
        strata.weighting_stratum_number as stratum_number,
        sum(strata.final_weight * bases.response_count) as weight_sum

    from bases

    inner join strata
        on
            bases.edition = strata.edition
            and bases.stratum_number = strata.stratum_number

    group by all

),

weighted_populations as (

    select
        edition,
        weighting_stratum_number as stratum_number,
        sum(population_count) as weighted_population_count

    from strata

    group by all

),

missing_counts as (

    select
        edition,
        stratum_number,
        sum(asked_count - answered_count) as missing_answer_count

    from items

    group by edition, stratum_number

),

final as (

    select
        strata.edition,
        strata.stratum_id,
        strata.population_count::double as population_count,
        published_population.published_population_count,
        strata.sampled_count::double as sampled_count,
        expected.sampled_count::double as published_sampled_count,
        strata.usable_count::double as usable_count,
        expected.usable_count::double as published_usable_count,
        round(coalesce(weight_sums.weight_sum, 0), 6) as weight_sum,
        coalesce(weighted_populations.weighted_population_count, 0)::double
            as weighted_population_count,
        coalesce(missing_counts.missing_answer_count, 0)::double as missing_answer_count

    from strata

    left join published_population
        on
            strata.edition = published_population.edition
            and strata.stratum_id = published_population.stratum_id

    left join expected
        on
            strata.edition = expected.edition
            and strata.sector_code = expected.sector_code
            and strata.size_class_code = expected.size_class_code

    left join weight_sums
        on
            strata.edition = weight_sums.edition
            and strata.stratum_number = weight_sums.stratum_number

    left join weighted_populations
        on
            strata.edition = weighted_populations.edition
            and strata.stratum_number = weighted_populations.stratum_number

    left join missing_counts
        on
            strata.edition = missing_counts.edition
            and strata.stratum_number = missing_counts.stratum_number

)

select * from final
order by edition, stratum_id
