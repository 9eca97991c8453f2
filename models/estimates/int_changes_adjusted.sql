/*
p-values of changes, corrected for how many a figure shows side by side.

Grain: one row per cell × cell of an earlier edition, of those changes that stand in a figure
that compares editions, can be compared and have a test.
Method: Holm's (1979) step-down form of Bonferroni's correction, Scandinavian Journal of
Statistics 6. A family is what a reader takes in at once: the items of one figure, for one
pair of editions and one domain and category. A change that several figures show keeps the
largest of its corrected p-values.
*/
with

changes as (

    select * from {{ ref('int_changes') }}

),

items as (

    select * from {{ ref('figures') }}

),

titles as (

    select * from {{ ref('figure_titles') }}

),

figures as (

    select distinct
        items.figure,
        items.indicator_id,
        items.base_id

    from items

    inner join titles
        on items.figure = titles.figure

    where titles.compares_editions

),

families as (

    select
        changes.*,
        figures.figure,
        count(*) over family as family_size,
        row_number() over (
            family order by changes.p_value, changes.indicator_id, changes.base_id
        ) as place

    from changes

    inner join figures
        on
            changes.indicator_id = figures.indicator_id
            and changes.base_id = figures.base_id

    where changes.is_comparable and changes.p_value is not null

    window
        family as (
            partition by
                changes.edition, changes.previous_edition, changes.domain, changes.category,
                figures.figure
        )

),

steps as (

    select
        *,
        max(least(1, (family_size - place + 1) * p_value)) over (
            partition by edition, previous_edition, domain, category, figure
            order by place
        ) as adjusted_p_value

    from families

),

final as (

    select
        cell_id,
        previous_cell_id,
        max(adjusted_p_value) as adjusted_p_value

    from steps

    group by cell_id, previous_cell_id

)

select * from final
