/*
Population, sample and response of strata, sectors, size classes and all together.

Grain: one row per edition × measure × domain × category.
Method:
    response rate    responses ÷ enterprises reached, as the report has it
    non-response     1 − usable responses ÷ sampled enterprises in scope (European quality
                     and performance indicator A4)
    weighted         each stratum counts as its population: population ÷ sampled enterprises
                     as the weight of every sampled one
*/
with

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

stratum_domains as (

    select
        stratum_number,
        domain,
        category

    from domains

    union all

    select distinct
        stratum_number,
        'stratum' as domain,
        stratum_id as category

    from strata

),

weighted as (

    select
        *,
        population_count / nullif(sampled_count, 0) as sampling_weight

    from strata

),

sums as (

    select
        weighted.edition,
        stratum_domains.domain,
        stratum_domains.category,
        sum(weighted.population_count) as population_count,
        sum(weighted.sampled_count) as sampled_count,
        sum(weighted.reached_count) as reached_count,
        sum(weighted.response_count) as response_count,
        sum(weighted.usable_count) as usable_count,
        sum(weighted.sampling_weight * weighted.sampled_count order by weighted.stratum_number)
            as weighted_sampled_count,
        sum(weighted.sampling_weight * weighted.reached_count order by weighted.stratum_number)
            as weighted_reached_count,
        sum(weighted.sampling_weight * weighted.response_count order by weighted.stratum_number)
            as weighted_response_count,
        sum(weighted.sampling_weight * weighted.usable_count order by weighted.stratum_number)
            as weighted_usable_count

    from weighted

    inner join stratum_domains
        on weighted.stratum_number = stratum_domains.stratum_number

    group by weighted.edition, stratum_domains.domain, stratum_domains.category

),

measured as (

    select
        edition,
        domain,
        category,
        population_count::double as population_count,
        sampled_count::double as sampled_count,
        100 * sampled_count / nullif(population_count, 0) as sampling_fraction_pct,
        100 * response_count / nullif(reached_count, 0) as response_rate_pct,
        100 * weighted_response_count / nullif(weighted_reached_count, 0)
            as weighted_response_rate_pct,
        100 - 100 * usable_count / nullif(sampled_count, 0) as nonresponse_rate_pct,
        100 - 100 * weighted_usable_count / nullif(weighted_sampled_count, 0)
            as weighted_nonresponse_rate_pct

    from sums

),

final as (

    select *

    from measured

    unpivot (
        value for measure_id in (
            population_count, sampled_count, sampling_fraction_pct, response_rate_pct,
            weighted_response_rate_pct, nonresponse_rate_pct, weighted_nonresponse_rate_pct
        )
    )

)

select * from final
