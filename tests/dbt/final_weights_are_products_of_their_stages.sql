-- The final weight of a stratum is its design weight times its adjustment for non-response, to
-- a relative 1e-12; over the usable responses of the strata weighted together, final weights
-- sum to the population and design weights over the sampled do so too.
with

strata as (

    select * from {{ ref('int_strata_weighted') }}
    where weighting_stratum_id is not null

),

sums as (

    select
        edition,
        weighting_stratum_id as stratum_id,
        sum(population_count) as population_count,
        sum(sampled_count * design_weight) as sampled_sum,
        sum(usable_count * final_weight) as usable_sum

    from strata

    group by edition, weighting_stratum_id

),

final as (

    select
        'edition ' || edition || ', stratum ' || stratum_id || ': found design_weight '
        || coalesce(design_weight::varchar, 'null') || ', nonresponse_adjustment '
        || coalesce(nonresponse_adjustment::varchar, 'null') || '; expected their product '
        || coalesce(final_weight::varchar, 'null') as message

    from strata

    where
        not coalesce(
            abs(design_weight * nonresponse_adjustment - final_weight)
            <= 1e-12 * final_weight,
            false
        )

    union all

    select
        'edition ' || edition || ', strata weighted as ' || stratum_id
        || ': found weights that sum to ' || coalesce(sampled_sum::varchar, 'null')
        || ' over the sampled and to ' || coalesce(usable_sum::varchar, 'null')
        || ' over the usable; expected ' || population_count as message

    from sums

    where
        not coalesce(
            greatest(
                abs(sampled_sum - population_count), abs(usable_sum - population_count)
            ) <= 1e-12 * population_count,
            false
        )

)

select * from final
