/*
What the metrics add up is what the estimates are: for all enterprises, each sector and each
size class, the ratio of the sums is the percentage of fct_estimates, and their denominator
its weighted base, to a relative 1e-12.

Left out: estimates that are withheld, which have no numbers to compare with, and those of
editions that are kept from the last release, whose weights are not made again.
*/
with

weights as (

    select * from {{ ref('int_indicator_weights') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

estimates as (

    select * from {{ ref('fct_estimates') }}

),

sums as (

    select
        weights.edition,
        weights.indicator_id,
        weights.base_id,
        domains.domain,
        domains.category,
        sum(weights.population_estimate) as population_estimate,
        100 * sum(weights.hit_population_estimate)
        / nullif(sum(weights.population_estimate), 0) as rate_pct

    from weights

    inner join strata
        on
            weights.edition = strata.edition
            and weights.stratum_id = strata.stratum_id

    inner join domains
        on strata.stratum_number = domains.stratum_number

    group by all

),

compared as (

    select
        estimates.*,
        sums.rate_pct,
        sums.population_estimate as weight_sum

    from estimates

    left join sums
        on
            estimates.edition = sums.edition
            and estimates.indicator_id = sums.indicator_id
            and estimates.base_id = sums.base_id
            and estimates.domain = sums.domain
            and estimates.category = sums.category

    where
        estimates.conf_status = 'F'
        and estimates.edition in (select weights.edition from weights)

),

final as (

    select
        'edition ' || edition || ', indicator ' || indicator_id || ', base ' || base_id
        || ', ' || domain || ' ' || category || ': found '
        || coalesce(rate_pct::varchar, 'no rate') || ' of '
        || coalesce(weight_sum::varchar, 'no') || ' enterprises; expected '
        || coalesce(estimate_pct::varchar, 'no rate') || ' of ' || population_estimate
            as message

    from compared

    where
        not coalesce(
            abs(weight_sum - population_estimate) <= 1e-12 * population_estimate,
            false
        )
        or (rate_pct is null) != (estimate_pct is null)
        or abs(rate_pct - estimate_pct) > 1e-12 * greatest(estimate_pct, 1)

)

select * from final
