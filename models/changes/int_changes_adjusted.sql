/*
p-values of changes, corrected for how many are tested together.

Grain: one row per cell × cell of an earlier edition, of those changes that can be compared and have
a test, and are tested: a family says whether it tests what is of low reliability.
Method: a family of int_test_families, for one pair of editions, with all categories of its domain.
    holm                  step-down form of Bonferroni's correction: the probability that any is
                          called significant by chance (Holm 1979, Scandinavian Journal of
                          Statistics 6, 65-70)
    benjamini_hochberg    the expected part of those called significant that is chance, false
                          discovery rate (Benjamini and Hochberg 1995, Journal of the Royal
                          Statistical Society B 57, 289-300)
A change of several families keeps the largest of its corrected p-values, and that family.
*/
with

changes as (

    select * from {{ ref('int_changes') }}
    where is_comparable and p_value is not null

),

unreliable as (

    select cell_id from {{ ref('int_estimate_statuses') }}
    where obs_status != 'A'

),

members as (

    select * from {{ ref('int_test_families') }}

),

families as (

    select
        changes.cell_id,
        changes.previous_cell_id,
        changes.edition,
        changes.previous_edition,
        changes.p_value,
        members.test_family,
        members.correction,
        count(*) over family as family_size,
        row_number() over (family order by changes.p_value, changes.cell_id) as place

    from changes

    inner join members
        on
            changes.domain = members.domain
            and changes.indicator_id = members.indicator_id
            and changes.base_id = members.base_id

    where
        members.is_unreliable_tested
        or (
            changes.cell_id not in (select unreliable.cell_id from unreliable)
            and changes.previous_cell_id not in (select unreliable.cell_id from unreliable)
        )

    window
        family as (
            partition by changes.edition, changes.previous_edition, members.test_family
        )

),

steps as (

    select
        *,
        {{ holm_p_value('edition, previous_edition, test_family') | indent(8) }} as holm_p_value,
        min(least(1, family_size / place * p_value)) over (
            partition by edition, previous_edition, test_family
            order by place desc
        ) as benjamini_hochberg_p_value

    from families

),

corrected as (

    select
        cell_id,
        previous_cell_id,
        test_family,
        case correction
            when 'holm' then holm_p_value
            when 'benjamini_hochberg' then benjamini_hochberg_p_value
        end as adjusted_p_value

    from steps

),

final as (

    select *

    from corrected

    qualify
        row_number() over (
            partition by cell_id, previous_cell_id
            order by adjusted_p_value desc, test_family asc
        ) = 1

)

select * from final
