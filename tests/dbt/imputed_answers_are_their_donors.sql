-- An imputed answer is the reported answer of its donor to the same question, which it was asked
-- too; at level 1 donor and recipient are of the same stratum.
with

imputed as (

    select
        answers.*,
        responses.stratum_id
    from {{ ref('fct_answers') }} as answers
    inner join {{ ref('fct_responses') }} as responses
        on
            answers.edition = responses.edition
            and answers.response_key = responses.response_key
    where answers.is_imputed and not answers.is_derived

)

select
    'edition ' || imputed.edition || ', response ' || imputed.response_key || ', question '
    || imputed.question_id || ': found ' || imputed.answer_code || ' at level '
    || imputed.imputation_level || '; expected the reported answer of donor '
    || imputed.donor_response_key as message
from imputed
left join {{ ref('fct_answers') }} as donors
    on
        imputed.edition = donors.edition
        and imputed.donor_response_key = donors.response_key
        and imputed.question_id = donors.question_id
left join {{ ref('fct_responses') }} as responses
    on
        imputed.edition = responses.edition
        and imputed.donor_response_key = responses.response_key
where
    donors.reported_answer_code is distinct from imputed.answer_code
    or (imputed.imputation_level = 1 and imputed.stratum_id is distinct from responses.stratum_id)
