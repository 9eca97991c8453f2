/*
How likely enterprises are to respond, by all that is known of everyone sampled.

Grain: one row per edition × cell with sampled enterprises: stratum (sector × size class), contact
type and contact channel crossed.
Method: the propensity of a cell is its response rate, usable responses ÷ sampled enterprises in
scope: the saturated model, which is the maximum likelihood estimate of any link and needs no
iteration (Schouten, Cobben and Bethlehem 2009). A cell has one weight, as it lies in one stratum:
its share of the population is that of its stratum times its part of the sample there. The variance
of a propensity is binomial, ρ(1 − ρ) ÷ (n − 1), and without bias; a single enterprise has that of
its stratum, before division.
*/
with

units as (

    select * from {{ ref('int_fieldwork_units') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

cells as (

    select
        edition,
        stratum_number,
        contact_type,
        contact_channel,
        sum(if(counted_unit = 'enterprise', unit_count, 0)) as sampled_count,
        sum(if(is_usable, unit_count, 0)) as usable_count

    from units

    where is_eligible and stratum_number is not null
    group by edition, stratum_number, contact_type, contact_channel
    having sum(if(counted_unit = 'enterprise', unit_count, 0)) > 0

),

sampled_strata as (

    select
        edition,
        stratum_number,
        sector_code,
        size_class_code,
        sampled_count,
        population_count,
        population_count / sum(population_count) over (partition by edition)
            as population_share,
        usable_count / sampled_count as response_rate

    from strata

    where sampled_count > 0

),

final as (

    select
        cells.edition,
        row_number() over (
            partition by cells.edition
            order by cells.stratum_number, cells.contact_type, cells.contact_channel
        )::integer as cell_number,
        cells.stratum_number,
        strata.sector_code,
        strata.size_class_code,
        cells.contact_type,
        cells.contact_channel,
        cells.sampled_count::integer as sampled_count,
        cells.usable_count::integer as usable_count,
        strata.population_share * cells.sampled_count / strata.sampled_count
            as population_share,
        cells.usable_count / cells.sampled_count as response_propensity,
        if(
            cells.sampled_count = 1,
            strata.response_rate * (1 - strata.response_rate),
            response_propensity * (1 - response_propensity) / (cells.sampled_count - 1)
        ) as propensity_variance

    from cells

    inner join sampled_strata as strata
        on
            cells.edition = strata.edition
            and cells.stratum_number = strata.stratum_number

)

select * from final
