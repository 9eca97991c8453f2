/*
How many items of a figure rose and fell since the edition before, beyond noise.

Grain: one row per edition × figure that compares editions, with at least one change that is
tested.
Step: the published changes of its items from the nearest earlier edition (fct_changes).
*/
with

titles as (

    select * from {{ ref('figure_titles') }}
    where compares_editions

),

items as (

    select * from {{ ref('figures') }}

),

changes as (

    select * from {{ ref('fct_changes') }}
    where domain = 'total' and is_comparable and is_significant is not null

),

counted as (

    select
        changes.edition,
        titles.figure,
        changes.previous_edition,
        count(*) as item_count,
        count_if(changes.is_significant and changes.change_pp > 0) as rose_count,
        count_if(changes.is_significant and changes.change_pp < 0) as fell_count

    from titles

    inner join items
        on titles.figure = items.figure

    inner join changes
        on
            items.indicator_id = changes.indicator_id
            and items.base_id = changes.base_id

    group by all

),

final as (

    select
        edition,
        figure as exhibit,
        case
            when rose_count > 0 and fell_count > 0 then 'changes'
            when rose_count > 0 then 'rises'
            when fell_count > 0 then 'falls'
            else 'no_change'
        end as headline_kind,
        previous_edition,
        item_count::integer as item_count,
        rose_count::integer as rose_count,
        fell_count::integer as fell_count

    from counted

    qualify
        row_number() over (partition by edition, figure order by previous_edition desc) = 1

)

select * from final
