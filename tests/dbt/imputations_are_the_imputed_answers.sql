-- fct_imputations has every imputed answer of fct_answers, with the same code, donor and
-- level, and no other.
select
    'edition ' || coalesce(answers.edition, imputations.edition) || ', response '
    || coalesce(answers.response_key, imputations.response_key) || ', question '
    || coalesce(answers.question_id, imputations.question_id) || ': found '
    || if(imputations.response_key is null, 'no imputation', 'another imputation')
    || '; expected that of fct_answers' as message
from (
    select *
    from {{ ref('fct_answers') }}
    where is_imputed and not is_derived
) as answers
full outer join {{ ref('fct_imputations') }} as imputations
    on
        answers.edition = imputations.edition
        and answers.response_key = imputations.response_key
        and answers.question_id = imputations.question_id
where
    answers.answer_code is distinct from imputations.answer_code
    or answers.donor_response_key is distinct from imputations.donor_response_key
    or answers.imputation_level is distinct from imputations.imputation_level
