/*
The verdict on each claim of the report in each edition.

Grain: one row per edition of this build × claim.
Method:
    1) A claim is true of the numbers when each of its comparisons is: all margins are above 0;
       of a rank, the number of estimates above is the one claimed; of a sum, both sides are
       equal to 1e-9. One comparison that the edition does not measure leaves it open.
    2) Its p-value is the largest of its comparisons: a claim that all of several statements
       hold is beyond noise when each of them is, without a correction for their number
       (intersection-union test; Berger 1982, Technometrics 24; Berger and Hsu 1996, Statistical
       Science 11, for equality within a tolerance). A claim that is false has 1.
    3) The p-values of one test family, the claims of one section on one figure, table or
       footnote, are corrected by Holm's (1979) method, Scandinavian Journal of Statistics 6.
*/
with

tests as (

    select
        *,
        row_number() over (
            partition by edition, claim_id
            order by
                margin_pp is not null,
                if(se_pp > 0, margin_pp / se_pp, margin_pp),
                cell_id,
                other_cell_id
        ) as nearness_place

    from {{ ref('int_claim_tests') }}

),

claims as (

    select * from {{ ref('claims') }}

),

gathered as (

    select
        tests.edition,
        tests.claim_id,
        tests.test_family,
        any_value(tests.relation) as relation,
        any_value(claims.value) as value,
        count(*) as comparison_count,
        count_if(tests.found_value is null) as unmeasured_count,
        count_if(tests.margin_pp <= 0) as false_count,
        count_if(tests.relation = 'rank' and tests.found_value < 0) as above_count,
        any_value(tests.estimate_pct) as estimate_pct,
        sum(tests.other_estimate_pct order by tests.other_cell_id) as other_estimate_sum,
        count_if(tests.p_value is null) as untested_count,
        max(tests.p_value) as largest_p_value,
        max(if(tests.nearness_place = 1, tests.cell_id, null)) as cell_id,
        max(if(tests.nearness_place = 1, tests.other_cell_id, null)) as other_cell_id,
        max(if(tests.nearness_place = 1, tests.found_value, null)) as found_value,
        max(if(tests.nearness_place = 1, tests.se_pp, null)) as se_pp

    from tests

    inner join claims
        on tests.claim_id = claims.claim_id

    group by tests.edition, tests.claim_id, tests.test_family

),

truths as (

    select
        *,
        case
            when unmeasured_count > 0 then null
            when relation = 'sum' then abs(estimate_pct - other_estimate_sum) < 1e-9
            when relation = 'rank' then false_count = 0 and above_count = value - 1
            else false_count = 0
        end as is_true

    from gathered

),

tested as (

    select
        *,
        case
            when not is_true then 1
            when is_true and untested_count = 0 then largest_p_value
        end as p_value

    from truths

),

ranked as (

    select
        *,
        count(p_value) over family as family_size,
        row_number() over (family order by p_value is null, p_value, claim_id) as place

    from tested

    window
        family as (
            partition by edition, test_family
        )

),

adjusted as (

    select
        *,
        if(
            p_value is null,
            null,
            {{ holm_p_value('edition, test_family') | indent(12) }}
        ) as adjusted_p_value

    from ranked

),

final as (

    select
        edition,
        claim_id,
        test_family,
        case
            when is_true is null then 'not_measured'
            when not is_true then 'contradicted'
            when relation = 'sum' or adjusted_p_value < 0.05 then 'supported'
            else 'within_noise'
        end as verdict,
        p_value,
        adjusted_p_value,
        comparison_count::integer as comparison_count,
        cell_id,
        other_cell_id,
        if(is_true is null, null, found_value) as found_value,
        if(is_true is null, null, se_pp) as se_pp

    from adjusted

)

select * from final
