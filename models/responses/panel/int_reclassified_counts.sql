/*
Answers by the sector that an enterprise has by its code in the version of NACE before.

Grain: one row per edition × earlier edition × stratum × sector in the earlier × question × answer ×
combination of bases. Of the editions of this build whose frame has both codes, and the last earlier
edition of that version. A response whose code in it nobody knows, as it has become several, is left
out.
*/
with

recoded as (

    select * from {{ ref('int_nace_codes_recoded') }}
    where other_edition < coded_edition

),

earlier as (

    select
        coded_edition as edition,
        max(other_edition) as compared_edition

    from recoded

    where is_dual_coded
    group by coded_edition

),

sectors as (

    select
        recoded.coded_edition as edition,
        recoded.other_edition as compared_edition,
        recoded.nace_code,
        recoded.previous_nace_code,
        recoded.other_sector_code as previous_sector_code

    from recoded

    inner join earlier
        on
            recoded.coded_edition = earlier.edition
            and recoded.other_edition = earlier.compared_edition

    where recoded.share = 1

),

responses as (

    select
        usable.edition,
        usable.response_key,
        usable.stratum_number,
        bases.base_bits,
        received.sample_line_number

    from {{ ref('int_responses_usable') }} as usable

    inner join {{ ref('stg_responses') }} as received
        on
            usable.edition = received.edition
            and usable.line_number = received.line_number

    inner join {{ ref('int_response_bases') }} as bases
        on
            usable.edition = bases.edition
            and usable.line_number = bases.line_number
            and bases.replicate in (-1, 0)

),

sample as (

    select
        edition,
        line_number,
        nace_code,
        coalesce(previous_nace_code, 'none') as previous_nace_code

    from {{ ref('stg_sample') }}

),

classified as (

    select
        responses.edition,
        responses.response_key,
        responses.stratum_number,
        responses.base_bits,
        sectors.compared_edition,
        sectors.previous_sector_code

    from responses

    inner join sample
        on
            responses.edition = sample.edition
            and responses.sample_line_number = sample.line_number

    inner join sectors
        on
            sample.edition = sectors.edition
            and sample.nace_code = sectors.nace_code
            and sample.previous_nace_code = sectors.previous_nace_code

),

final as (

    select
        classified.edition,
        classified.compared_edition,
        classified.stratum_number,
        classified.previous_sector_code,
        answers.question_id,
        answers.answer_code::smallint as answer_code,
        classified.base_bits,
        count(*)::integer as answer_count

    from classified

    inner join {{ ref('fct_answers') }} as answers
        on
            classified.edition = answers.edition
            and classified.response_key = answers.response_key

    group by all

)

select * from final
