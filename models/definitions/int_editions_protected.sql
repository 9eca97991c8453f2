/*
Which editions are protected: what is published of them must not give answers away.

Grain: one row per edition. Any edition that is not synthetic is, unless a person says otherwise
in the seed `disclosure_control`, with a reason and a date; a synthetic one is not, unless so.
*/
with

editions as (

    select * from {{ ref('editions') }}

),

decisions as (

    select * from {{ ref('disclosure_control') }}

),

final as (

    select
        editions.edition,
        coalesce(decisions.is_protected, editions.status != 'synthetic') as is_protected,
        decisions.reason

    from editions

    left join decisions
        on editions.edition = decisions.edition

)

select * from final
