/*
What usable responses reported, packed by block.

Grain: one row per edition × usable response × block.
*/
-- depends_on: {{ ref('chk_input_findings') }}
with

answers as (

    select * from {{ ref('raw_answers') }}

),

responses as (

    select * from {{ ref('int_responses_usable') }}

),

final as (

    select
        answers.edition,
        answers.line_number,
        answers.block_number,
        answers.pattern

    from answers

    inner join responses
        on
            answers.edition = responses.edition
            and answers.line_number = responses.line_number

)

select * from final
