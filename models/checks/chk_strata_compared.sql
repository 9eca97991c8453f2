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

responses as (

    select * from {{ ref('int_responses_usable') }}

),

answers as (

    select * from {{ ref('int_answers_routed') }}

),

response_bases as (

    select * from {{ ref('int_response_bases') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

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
        responses.edition,
        strata.weighting_stratum_number as stratum_number,
        sum(strata.design_weight) as weight_sum

    from responses

    inner join strata
        on
            responses.edition = strata.edition
            and responses.stratum_number = strata.stratum_number

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

asked_counts as (

    select
        response_bases.edition,
        response_bases.stratum_number,
        count(*) as asked_count

    from response_bases

    inner join question_bases
        on
            response_bases.edition = question_bases.edition
            and (response_bases.base_bits & question_bases.base_bit) > 0

    group by all

),

answered_counts as (

    select
        edition,
        stratum_number,
        count(*) as answered_count

    from answers

    where is_in_base
    group by all

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
        (
            coalesce(asked_counts.asked_count, 0)
            - coalesce(answered_counts.answered_count, 0)
        )::double as missing_answer_count

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

    left join asked_counts
        on
            strata.edition = asked_counts.edition
            and strata.stratum_number = asked_counts.stratum_number

    left join answered_counts
        on
            strata.edition = answered_counts.edition
            and strata.stratum_number = answered_counts.stratum_number

)

select * from final
order by edition, stratum_id
