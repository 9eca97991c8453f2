/*
Claims of the report that may be the title of the figure or table that they are about.

Grain: one row per edition × figure or table × claim that an editor gave an order, where it is
supported or within noise. A claim about a withheld estimate is not measured, and not among them.
Step: a claim that something rose or fell counts as within noise where one of its changes is not
significant among all items of the figure (fct_changes): a title says no more than the lines
below it.
*/
with

claims as (

    select * from {{ ref('claims') }}
    where headline_order is not null

),

judged as (

    select * from {{ ref('int_claims_judged') }}
    where verdict in ('supported', 'within_noise')

),

tests as (

    select * from {{ ref('int_claim_tests') }}
    where relation in ('above', 'below')

),

changes as (

    select * from {{ ref('fct_changes') }}

),

claims_on_changes as (

    select
        tests.edition,
        tests.claim_id,
        bool_and(coalesce(changes.is_significant, false)) as is_significant

    from tests

    inner join changes
        on
            tests.cell_id = changes.cell_id
            and tests.other_cell_id = changes.previous_cell_id

    group by tests.edition, tests.claim_id

),

final as (

    select
        judged.edition,
        claims.place as exhibit,
        if(
            claims_on_changes.is_significant is false,
            'within_noise',
            judged.verdict
        ) as headline_kind,
        claims.headline_order,
        claims.claim_id,
        claims.text_nl,
        claims.text_en

    from judged

    inner join claims
        on judged.claim_id = claims.claim_id

    left join claims_on_changes
        on
            judged.edition = claims_on_changes.edition
            and judged.claim_id = claims_on_changes.claim_id

)

select * from final
