/*
The pairs of questions whose answers are counted together, for a difference of two estimates
that some responses are in both of.

Grain: one row per edition × question × other question, both of the same edition; where two
indicators count different answers to one question, it is paired with itself.
*/
with

contrasts as (

    select distinct
        indicator_id,
        base_id,
        other_indicator_id,
        other_base_id

    from {{ ref('int_contrasts_asked') }}

    where indicator_id != other_indicator_id or base_id != other_base_id

),

indicators as (

    select * from {{ ref('int_indicators_offered') }}

),

final as (

    select distinct
        indicators.edition,
        indicators.question_number,
        others.question_number as other_question_number

    from contrasts

    inner join indicators
        on
            contrasts.indicator_id = indicators.indicator_id
            and contrasts.base_id = indicators.base_id

    inner join indicators as others
        on
            indicators.edition = others.edition
            and contrasts.other_indicator_id = others.indicator_id
            and contrasts.other_base_id = others.base_id

)

select * from final
