/*
Base and sums of every cell of a contrast in each stratum of its domain, with the stratum's
weight.

Grain: one row per cell of a contrast × deck × stratum with a response in the base; one without
a hit among them. All but one category has the strata of all other categories of its domain.
*/
with

pairs as (

    select * from {{ ref('int_contrast_pairs') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

counts as (

    select * from {{ ref('int_indicator_counts') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

cells as (

    select
        cell_id,
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        false as is_all_others

    from pairs

    union

    select
        other_cell_id as cell_id,
        edition,
        other_indicator_id as indicator_id,
        other_base_id as base_id,
        other_domain as domain,
        if(other_category = 'all_others', category, other_category) as category,
        other_category = 'all_others' as is_all_others

    from pairs

),

final as (

    select
        cells.cell_id,
        cells.edition,
        counts.replicate,
        counts.stratum_number,
        strata.final_weight,
        coalesce(strata.weighted_usable_count, 0) as sample_count,
        strata.weighted_population_count as population_count,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from cells

    inner join domains
        on
            cells.domain = domains.domain
            and cells.is_all_others = (cells.category != domains.category)

    inner join counts
        on
            cells.edition = counts.edition
            and cells.indicator_id = counts.indicator_id
            and cells.base_id = counts.base_id
            and domains.stratum_number = counts.stratum_number

    inner join strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    where counts.base_count > 0

)

select * from final
