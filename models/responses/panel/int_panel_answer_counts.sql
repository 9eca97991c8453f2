/*
What enterprises answered to the same question in both editions of a pair, counted.

Grain: one row per pair of editions × stratum in the earlier × stratum in the later × question ×
answer and combination of bases in the earlier × those in the later. Where the question was not
asked of an enterprise in an edition, the code is −1 and the bases are 0. What changes need of
their panel, whatever its size.
*/
with

members as (

    select * from {{ ref('int_panel_members') }}

),

answers as (

    select * from {{ ref('fct_answers') }}

),

previous as (

    select
        members.previous_edition,
        members.edition,
        members.enterprise_key,
        members.previous_stratum_id,
        members.stratum_id,
        answers.question_id,
        answers.answer_code::smallint as previous_answer_code,
        members.previous_base_bits

    from members

    inner join answers
        on
            members.previous_edition = answers.edition
            and members.previous_response_key = answers.response_key

),

later as (

    select
        members.previous_edition,
        members.edition,
        members.enterprise_key,
        members.previous_stratum_id,
        members.stratum_id,
        answers.question_id,
        answers.answer_code::smallint as answer_code,
        members.base_bits

    from members

    inner join answers
        on
            members.edition = answers.edition
            and members.response_key = answers.response_key

),

final as (

    select
        coalesce(later.previous_edition, previous.previous_edition) as previous_edition,
        coalesce(later.edition, previous.edition) as edition,
        coalesce(later.previous_stratum_id, previous.previous_stratum_id) as previous_stratum_id,
        coalesce(later.stratum_id, previous.stratum_id) as stratum_id,
        coalesce(later.question_id, previous.question_id) as question_id,
        coalesce(previous.previous_answer_code, -1)::smallint as previous_answer_code,
        coalesce(previous.previous_base_bits, 0) as previous_base_bits,
        coalesce(later.answer_code, -1)::smallint as answer_code,
        coalesce(later.base_bits, 0) as base_bits,
        count(*)::integer as panel_count

    from later

    full outer join previous
        on
            later.previous_edition = previous.previous_edition
            and later.edition = previous.edition
            and later.enterprise_key = previous.enterprise_key
            and later.question_id = previous.question_id

    group by all

)

select * from final
