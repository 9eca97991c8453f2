/*
How far the response propensity of a cell is from the mean of a group of cells.

Grain: one row per edition × grouping × variable × cell. Groupings: all cells together; the
categories of a variable; and what is alike in every other variable.
Method, with W the share of a cell, ρ its propensity, v the variance of that, and a = W ÷ ΣW over
its group:
    group mean   m = Σ a ρ, with variance Σ a² v
    spread       W (ρ − m)²
    noise        what chance alone adds to the spread: W (v (1 − 2a) + Σ a² v)
Spread less noise estimates what the spread would be, were each propensity known: the bias
adjustment of Shlomo, Skinner and Schouten (2012), in closed form for cells. Over a group the noise
is Σ W v (1 − a).
*/
with

cells as (

    select
        *,
        sector_code as sector,
        size_class_code as size

    from {{ ref('qlt_response_propensities') }}

),

members as (

    select
        edition,
        cell_number,
        variable,
        category

    from cells

    unpivot (category for variable in (sector, size, contact_type, contact_channel))

),

groups as (

    select
        edition,
        'all' as grouping_id,
        'all' as variable,
        'all' as group_id,
        cell_number

    from cells

    union all

    select
        edition,
        'category' as grouping_id,
        variable,
        category as group_id,
        cell_number

    from members

    union all

    select
        members.edition,
        'others' as grouping_id,
        members.variable,
        string_agg(others.category, '|' order by others.variable) as group_id,
        members.cell_number

    from members

    inner join members as others
        on
            members.edition = others.edition
            and members.cell_number = others.cell_number
            and members.variable != others.variable

    group by members.edition, members.variable, members.cell_number

),

shares as (

    select
        groups.edition,
        groups.grouping_id,
        groups.variable,
        groups.group_id,
        groups.cell_number,
        cells.population_share,
        cells.response_propensity,
        cells.propensity_variance

    from groups

    inner join cells
        on
            groups.edition = cells.edition
            and groups.cell_number = cells.cell_number

),

group_means as (

    select
        edition,
        grouping_id,
        variable,
        group_id,
        sum(population_share order by cell_number) as group_share,
        sum(population_share * response_propensity order by cell_number)
        / sum(population_share order by cell_number) as mean_propensity,
        sum(population_share ^ 2 * propensity_variance order by cell_number)
        / sum(population_share order by cell_number) ^ 2 as mean_variance

    from shares

    group by edition, grouping_id, variable, group_id

),

final as (

    select
        shares.edition,
        shares.grouping_id,
        shares.variable,
        shares.group_id,
        shares.cell_number,
        shares.population_share,
        group_means.mean_propensity,
        shares.population_share
        * (shares.response_propensity - group_means.mean_propensity) ^ 2 as spread,
        shares.population_share * (
            shares.propensity_variance
            * (1 - 2 * shares.population_share / group_means.group_share)
            + group_means.mean_variance
        ) as noise

    from shares

    inner join group_means
        on
            shares.edition = group_means.edition
            and shares.grouping_id = group_means.grouping_id
            and shares.variable = group_means.variable
            and shares.group_id = group_means.group_id

)

select * from final
