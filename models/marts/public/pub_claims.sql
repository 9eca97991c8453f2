/*
Claims as everybody may see them: what the report says in words, with its verdict.

Grain: one row per edition × claim, as rpt_claims has them. What was found is made of the printed
percentages alone, and left out where it is of more than two; a p-value would show the standard
error.
*/
with

claims as (

    select * from {{ ref('rpt_claims') }}

),

estimates as (

    select * from {{ ref('pub_estimates') }}

),

final as (

    select
        claims.edition,
        claims.claim_id,
        claims.report_edition,
        claims.section,
        claims.place,
        claims.sort_order,
        claims.claim_kind,
        claims.text_nl,
        claims.text_en,
        claims.verdict,
        claims.test_family,
        claims.cell_id,
        claims.other_cell_id,
        if(
            abs(estimates.estimate_pct - coalesce(others.estimate_pct, 0) - claims.found_value)
            < 0.2,
            round(estimates.estimate_pct - coalesce(others.estimate_pct, 0), 1),
            null
        ) as found_value

    from claims

    left join estimates
        on claims.cell_id = estimates.cell_id

    left join estimates as others
        on claims.other_cell_id = others.cell_id

)

select * from final
