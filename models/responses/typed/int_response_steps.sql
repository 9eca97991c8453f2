/*
What each questionnaire came in after: the first mail, a reminder, or the telephone.

Grain: one row per edition × questionnaire received of an enterprise in scope.
Method: a channel that is a step of its own, as the telephone, decides; else the last mailing sent
on or before the day, and the first one for what came in before it. Null where the edition has no
mailings in the seed.
*/
with

responses as (

    select * from {{ ref('int_responses_classified') }}
    where is_eligible

),

mailings as (

    select
        mailings.*,
        row_number() over (partition by mailings.edition order by mailings.sent_on) = 1
            as is_first

    from {{ ref('mailings') }} as mailings

),

steps as (

    select * from {{ ref('contact_steps') }}
    where response_channel is not null

),

final as (

    select
        responses.edition,
        responses.line_number,
        responses.response_channel,
        responses.submitted_at::date as response_date,
        responses.is_usable,
        coalesce(
            any_value(steps.contact_step_id),
            max_by(mailings.contact_step_id, mailings.sent_on)
        ) as contact_step_id

    from responses

    left join steps
        on responses.response_channel = steps.response_channel

    left join mailings
        on
            responses.edition = mailings.edition
            and (mailings.is_first or mailings.sent_on <= responses.submitted_at::date)

    group by all

)

select * from final
