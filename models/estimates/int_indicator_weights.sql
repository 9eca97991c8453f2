/*
Weighted base and hits of every indicator in every stratum: what metrics add up.

Grain: one row per edition × stratum × indicator × base. Both sums are of enterprises in the
population, so that their ratio is the estimate for any set of strata. It is no mart: cells
of single strata are microdata in all but name, and no rule withholds them.
*/
with

counts as (

    select * from {{ ref('int_indicator_counts') }}
    where replicate = 0

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

final as (

    select
        counts.edition,
        make_date(counts.edition, 1, 1) as edition_date,
        strata.stratum_id,
        strata.sector_code,
        strata.size_class_code,
        counts.indicator_id,
        counts.base_id,
        counts.base_count as respondent_count,
        coalesce(strata.final_weight * counts.base_count, 0) as population_estimate,
        coalesce(strata.final_weight * counts.value_sum, 0) as hit_population_estimate

    from counts

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

)

select * from final
