/*
How much the sample of a sector tells of a share, from what is published of its strata alone.

Grain: one row per edition × sector.
Method: the variance of a share that is the same in every stratum of the sector, over that of a
simple random sample of as many: n · Σ (N_h / N)² (1 − n_h / N_h) / (n_h − 1). It is a
generalised variance function (Wolter 2007, Introduction to Variance Estimation, chapter 7)
without a parameter to fit: no answer is in it.
*/
with

strata as (

    select * from {{ ref('dim_strata') }}

),

-- A stratum without responses is weighted with another one.
merged as (

    select
        edition,
        sector_code,
        weighting_stratum_id,
        sum(population_count) as population_count,
        sum(usable_count) as usable_count

    from strata

    group by edition, sector_code, weighting_stratum_id

),

totals as (

    select
        *,
        sum(population_count) over sector as sector_population_count,
        sum(usable_count) over sector as sector_usable_count

    from merged

    where usable_count > 0

    window sector as (partition by edition, sector_code)

),

final as (

    select
        edition,
        sector_code,
        any_value(sector_usable_count)::integer as usable_count,
        count(*)::integer as stratum_count,
        sum(
            sector_usable_count
            * pow(population_count / sector_population_count, 2)
            * (1 - usable_count / population_count)
            / greatest(usable_count - 1, 1)
            order by weighting_stratum_id
        ) as design_effect

    from totals

    group by edition, sector_code

)

select * from final
