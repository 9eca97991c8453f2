/*
Estimates of each stratum, a sector by a size class, with the precision that sampling and imputation
leave together.

Grain: one row per edition × indicator × base × stratum with a response in the base.
Method:
    1) Sampling: macros/stratified_estimates.sql, of the stratum alone. A stratum without a usable
       response is weighted with another one and has no estimate.
    2) Variance between hot decks: that of the estimate over the further decks.
    3) Both together, and Korn and Graubard's (1998) interval, which covers where there are few
       responses: macros/estimate_intervals.sql.
*/
with

counts as (

    select * from {{ ref('int_indicator_counts') }}
    where base_count > 0

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

stratum_sums as (

    select
        counts.edition,
        counts.indicator_id,
        counts.base_id,
        counts.stratum_number,
        counts.stratum_number as stratum,
        strata.final_weight as weight,
        strata.weighted_usable_count as sample_count,
        strata.weighted_population_count as population_count,
        counts.is_share,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from counts

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    where counts.replicate = 0

),

sampled as (

    {{ stratified_estimates(
        'stratum_sums', ['edition', 'indicator_id', 'base_id', 'stratum_number']
    ) | indent(4) }}

),

imputed as (

    select
        counts.edition,
        counts.indicator_id,
        counts.base_id,
        counts.stratum_number,
        count(*)::smallint as replicate_count,
        var_samp(counts.value_sum / counts.base_count order by counts.replicate)
            as between_variance,
        var_samp(strata.final_weight * counts.value_sum order by counts.replicate)
            as value_total_between_variance

    from counts

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    where counts.replicate > 0
    group by counts.edition, counts.indicator_id, counts.base_id, counts.stratum_number

),

joined as (

    select
        sampled.*,
        imputed.replicate_count,
        imputed.between_variance,
        imputed.value_total_between_variance,
        'korn_graubard' as share_ci_method

    from sampled

    left join imputed
        on
            sampled.edition = imputed.edition
            and sampled.indicator_id = imputed.indicator_id
            and sampled.base_id = imputed.base_id
            and sampled.stratum_number = imputed.stratum_number

),

final as (

    {{ estimate_intervals(
        'joined', ['edition', 'indicator_id', 'base_id', 'stratum_number']
    ) | indent(4) }}

)

select * from final
