/*
The one pass over the answers: how many responses of a stratum gave each answer.

Grain: one row per edition × stratum × question × answer code × combination of bases.
Everything after this model is small, whatever the number of responses.
*/
with

answers as (

    select * from {{ ref('int_answers_routed') }}

),

final as (

    select
        edition,
        stratum_number,
        question_number,
        answer_code,
        base_bits,
        count(*)::integer as answer_count

    from answers

    where is_in_base
    group by all

)

select * from final
