/*
How much the sample of a category of enterprises says of a share, from what is published of its
strata alone.

Grain: one row per edition × domain × category.
Method: the variance of a share that is the same in every stratum of the category, over that of a
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
        *,
        sum(population_count) over (
            partition by edition, weighting_stratum_id
        ) as weighted_population_count

    from strata

    qualify usable_count > 0

),

scopes as (

    select * from {{ ref('scopes') }}

),

exclusions as (

    select * from {{ ref('scope_exclusions') }}

),

categories as (

    select
        'total' as domain,
        'total' as category,
        merged.*

    from merged

    union all by name

    select
        'sector' as domain,
        sector_code as category,
        merged.*

    from merged

    union all by name

    select
        'size' as domain,
        size_class_code as category,
        merged.*

    from merged

    union all by name

    select
        'scope' as domain,
        scopes.scope_id as category,
        merged.*

    from merged

    cross join scopes

    where not exists (
        select 1 from exclusions
        where
            scopes.scope_id = exclusions.scope_id
            and exclusions.category
            = if(exclusions.domain = 'size', merged.size_class_code, merged.sector_code)
    )

),

totals as (

    select
        *,
        sum(weighted_population_count) over members as total_population_count,
        sum(usable_count) over members as total_usable_count

    from categories

    window members as (partition by edition, domain, category)

),

final as (

    select
        edition,
        domain,
        category,
        any_value(total_usable_count)::integer as usable_count,
        count(*)::integer as stratum_count,
        sum(
            total_usable_count
            * pow(weighted_population_count / total_population_count, 2)
            * (1 - usable_count / weighted_population_count)
            / greatest(usable_count - 1, 1)
            order by stratum_id
        ) as design_effect

    from totals

    group by edition, domain, category

)

select * from final
