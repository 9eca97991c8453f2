/*
The weight of each stratum, and the two stages that it is the product of.

Grain: one row per edition × stratum.
Method (Respons en weging):
    1) A stratum with usable responses is weighted by itself.
    2) A stratum with a population and no usable response is merged with the
       neighbouring size class of its sector: smaller ones first, nearest first.
    3) Of the strata merged together: design_weight = population ÷ sampled, what the sample
       was drawn with; nonresponse_adjustment = sampled ÷ usable, what makes up for those who
       did not respond; final_weight, their product, population ÷ usable in one division. For
       the precision of an estimate they are one stratum, weighted_population_count out
       of which weighted_usable_count responded.
*/
with

strata as (

    select * from {{ ref('int_strata_counted') }}

),

mergers as (

    select
        strata.edition,
        strata.stratum_number,
        hosts.stratum_number as weighting_stratum_number,
        hosts.stratum_id as weighting_stratum_id

    from strata

    inner join strata as hosts
        on
            strata.edition = hosts.edition
            and strata.sector_code = hosts.sector_code
            and hosts.usable_count > 0

    where strata.population_count > 0 or strata.usable_count > 0

    qualify
        row_number() over (
            partition by strata.edition, strata.stratum_number
            order by
                hosts.stratum_number != strata.stratum_number
                or strata.usable_count = 0,
                hosts.size_class_sort_order > strata.size_class_sort_order,
                abs(hosts.size_class_sort_order - strata.size_class_sort_order),
                hosts.stratum_number
        ) = 1

),

weights as (

    select
        mergers.edition,
        mergers.weighting_stratum_number,
        sum(strata.population_count)::integer as weighted_population_count,
        sum(strata.usable_count)::integer as weighted_usable_count,
        sum(strata.population_count) / sum(strata.sampled_count) as design_weight,
        sum(strata.sampled_count) / sum(strata.usable_count) as nonresponse_adjustment,
        sum(strata.population_count) / sum(strata.usable_count) as final_weight

    from mergers

    inner join strata
        on
            mergers.edition = strata.edition
            and mergers.stratum_number = strata.stratum_number

    group by all

),

final as (

    select
        strata.edition,
        strata.stratum_number,
        strata.stratum_id,
        strata.sector_code,
        strata.size_class_code,
        strata.population_count,
        strata.sampled_count,
        strata.reached_count,
        strata.response_count,
        strata.usable_count,
        mergers.weighting_stratum_number,
        mergers.weighting_stratum_id,
        weights.weighted_population_count,
        weights.weighted_usable_count,
        weights.design_weight,
        weights.nonresponse_adjustment,
        weights.final_weight

    from strata

    left join mergers
        on
            strata.edition = mergers.edition
            and strata.stratum_number = mergers.stratum_number

    left join weights
        on
            mergers.edition = weights.edition
            and mergers.weighting_stratum_number = weights.weighting_stratum_number

)

select * from final
