/*
What each comparison of each claim finds in each edition, and whether it is beyond noise.

Grain: one row per edition of this build × comparison (int_claim_comparisons), with nulls where
the edition does not measure it; without those whose rival the edition lacks and the claim does
not name.
Steps:
    1) What is found: a contrast, turned round where the claim names its second estimate; the
       estimate itself beside a number; the change from the edition before, where it can be
       compared.
    2) The margin: how far what is found is inside the bounds; of a rank, how far two estimates
       are apart. What an estimate withholds, its comparisons do.
    3) The p-value of the hypothesis that what is found is on the nearest bound, two-sided; 1
       where it is beyond. Without a variance there is none.
*/
with

comparisons as (

    select * from {{ ref('int_claim_comparisons') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

estimates as (

    select * from {{ ref('int_estimates_all_sectors') }}

),

contrasts as (

    select * from {{ ref('int_contrasts') }}

),

changes as (

    select * from {{ ref('int_changes') }}

),

withheld as (

    select * from {{ ref('int_estimates_withheld') }}

),

editions as (

    select distinct edition from strata

),

asked as (

    select
        editions.edition,
        concat_ws(
            '|',
            editions.edition, comparisons.indicator_id, comparisons.base_id,
            comparisons.domain, comparisons.category
        ) as cell_id,
        if(
            comparisons.other_indicator_id is null,
            null,
            concat_ws(
                '|',
                editions.edition, comparisons.other_indicator_id, comparisons.other_base_id,
                comparisons.other_domain, comparisons.other_category,
                if(comparisons.other_category = 'all_others', comparisons.category, null)
            )
        ) as other_cell_id,
        comparisons.*

    from comparisons

    cross join editions

),

contrasts_both_ways as (

    select
        cell_id,
        other_cell_id,
        difference_pp,
        se_pp,
        degrees_of_freedom

    from contrasts

    union all

    select
        other_cell_id as cell_id,
        cell_id as other_cell_id,
        -difference_pp as difference_pp,
        se_pp,
        degrees_of_freedom

    from contrasts

),

last_changes as (

    select
        cell_id,
        previous_cell_id,
        change_pp,
        se_pp,
        degrees_of_freedom

    from changes

    where is_comparable
    qualify row_number() over (partition by cell_id order by previous_edition desc) = 1

),

found as (

    select
        asked.edition,
        asked.claim_id,
        asked.report_edition,
        asked.test_family,
        asked.relation,
        asked.is_listed,
        asked.lower_bound,
        asked.upper_bound,
        asked.cell_id,
        coalesce(asked.other_cell_id, last_changes.previous_cell_id) as other_cell_id,
        estimates.estimate_pct,
        others.estimate_pct as other_estimate_pct,
        case asked.compared_with
            when 'number' then estimates.estimate_pct
            when 'previous_edition' then last_changes.change_pp
            else coalesce(
                contrasts_both_ways.difference_pp,
                if(asked.relation = 'sum', others.estimate_pct, null)
            )
        end as found_value,
        case asked.compared_with
            when 'number' then estimates.se_pct
            when 'previous_edition' then last_changes.se_pp
            else contrasts_both_ways.se_pp
        end as se_pp,
        case asked.compared_with
            when 'number' then estimates.degrees_of_freedom
            when 'previous_edition' then last_changes.degrees_of_freedom
            else contrasts_both_ways.degrees_of_freedom
        end as degrees_of_freedom,
        cells.cell_id is null or others_known.cell_id is not null as is_offered,
        withheld.cell_id is not null as is_withheld

    from asked

    left join cells
        on asked.cell_id = cells.cell_id

    left join cells as others_known
        on
            if(
                asked.other_category = 'all_others' or asked.other_cell_id is null,
                asked.cell_id,
                asked.other_cell_id
            ) = others_known.cell_id

    left join estimates
        on asked.cell_id = estimates.cell_id

    left join estimates as others
        on asked.other_cell_id = others.cell_id

    left join contrasts_both_ways
        on
            asked.cell_id = contrasts_both_ways.cell_id
            and asked.other_cell_id = contrasts_both_ways.other_cell_id

    left join last_changes
        on
            asked.cell_id = last_changes.cell_id
            and asked.compared_with = 'previous_edition'

    left join withheld
        on
            withheld.cell_id in (
                asked.cell_id, asked.other_cell_id, last_changes.previous_cell_id
            )
            and withheld.conf_status != 'F'

),

measured as (

    select
        * exclude (is_offered, is_withheld, found_value),
        if(is_withheld, null, found_value) as found_value,
        is_offered or is_listed as is_asked

    from found

),

margins as (

    select
        *,
        case
            when found_value is null then null
            when relation = 'rank' then abs(found_value)
            when relation != 'sum'
                then least(
                    coalesce(found_value - lower_bound, 'infinity'),
                    coalesce(upper_bound - found_value, 'infinity')
                )
        end as margin_pp

    from measured

    where is_asked

),

final as (

    select
        edition,
        claim_id,
        report_edition,
        test_family,
        relation,
        cell_id,
        other_cell_id,
        estimate_pct,
        other_estimate_pct,
        found_value,
        se_pp,
        margin_pp,
        case
            when margin_pp <= 0 then 1
            when se_pp > 0
                then 2 * student_t_probability(-margin_pp / se_pp, degrees_of_freedom)
        end as p_value

    from margins

)

select * from final
