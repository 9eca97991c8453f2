/*
p-values of contrasts, corrected for how many a reader compares at once.

Grain: one row per contrast.
Method: Holm's (1979) step-down form of Bonferroni's correction, Scandinavian Journal of
Statistics 6, within a test family (int_contrasts_asked) of one edition. A contrast of several
families keeps the one that gives the largest corrected p-value.
*/
with

contrasts as (

    select * from {{ ref('int_contrasts') }}

),

asked as (

    select * from {{ ref('int_contrasts_asked') }}

),

families as (

    select
        contrasts.cell_id,
        contrasts.other_cell_id,
        contrasts.edition,
        contrasts.p_value,
        asked.test_family,
        count(contrasts.p_value) over family as family_size,
        row_number() over (
            family
            order by contrasts.p_value nulls last, contrasts.cell_id, contrasts.other_cell_id
        ) as place

    from contrasts

    inner join asked
        on
            contrasts.indicator_id = asked.indicator_id
            and contrasts.base_id = asked.base_id
            and contrasts.domain = asked.domain
            and contrasts.category = asked.category
            and contrasts.other_indicator_id = asked.other_indicator_id
            and contrasts.other_base_id = asked.other_base_id
            and contrasts.other_domain = asked.other_domain
            and contrasts.other_category = asked.other_category

    window
        family as (
            partition by contrasts.edition, asked.test_family
        )

),

steps as (

    select
        cell_id,
        other_cell_id,
        test_family,
        if(
            p_value is null,
            null,
            {{ holm_p_value('edition, test_family') | indent(12) }}
        ) as adjusted_p_value

    from families

),

final as (

    select
        cell_id,
        other_cell_id,
        test_family,
        adjusted_p_value

    from steps

    qualify
        row_number() over (
            partition by cell_id, other_cell_id
            order by adjusted_p_value is null asc, adjusted_p_value desc, test_family asc
        ) = 1

)

select * from final
