/*
The indicators that each edition has.

Grain: one row per edition × indicator × base. An indicator none of whose codes was offered has
no estimate: nobody could give the answer, which is not the same as nobody giving it. A derived
question offers what its rule gives.
*/
with

codes as (

    select * from {{ ref('int_indicator_codes') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

offered as (

    select * from {{ ref('int_codes_offered') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

final as (

    select distinct
        question_bases.edition,
        codes.indicator_id,
        codes.base_id,
        codes.is_share,
        conditions.base_bit,
        question_bases.question_id,
        question_bases.question_number,
        question_bases.base_id as question_base_id

    from codes

    inner join question_bases
        on codes.question_id = question_bases.question_id

    inner join conditions
        on codes.base_id = conditions.base_id

    left join offered
        on
            question_bases.edition = offered.edition
            and question_bases.question_id = offered.question_id
            and codes.answer_code = offered.answer_code

    where question_bases.is_derived or offered.answer_code is not null

)

select * from final
