/*
What the report says in words, and what each edition's numbers say of it.

Grain: one row per edition × claim. Kinds of claims and what exactly each tests are in the seed
claim_kinds, the method in int_claim_tests and int_claims_judged.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

claims as (

    select * from {{ ref('claims') }}

),

judged as (

    select * from {{ ref('int_claims_judged') }}

),

final as (

    select
        judged.edition,
        claims.claim_id,
        claims.report_edition,
        claims.section,
        claims.place,
        claims.sort_order,
        claims.claim_kind,
        claims.text_nl,
        claims.text_en,
        judged.verdict,
        judged.p_value,
        judged.adjusted_p_value,
        judged.test_family,
        judged.comparison_count,
        judged.cell_id,
        judged.other_cell_id,
        judged.found_value,
        judged.se_pp

    from judged

    inner join claims
        on judged.claim_id = claims.claim_id

)

select * from final
