/*
The strata of every cell of a contrast, with their weight: what the counts of its indicator are
added up over.

Grain: one row per cell of a contrast × stratum. All but one category has the strata of all other
categories of its domain.
*/
with

pairs as (

    select * from {{ ref('int_contrast_pairs') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

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
        cells.indicator_id,
        cells.base_id,
        strata.stratum_number,
        strata.final_weight,
        coalesce(strata.weighted_usable_count, 0) as sample_count,
        strata.weighted_population_count as population_count

    from cells

    inner join domains
        on
            cells.domain = domains.domain
            and cells.is_all_others = (cells.category != domains.category)

    inner join strata
        on
            cells.edition = strata.edition
            and domains.stratum_number = strata.stratum_number

)

select * from final
