-- An imputed answer is the reported answer of its donor, who belongs to the same base
-- and, at level 1, to the same stratum.
select
    'edition ' || imputed.edition || ', response ' || imputed.response_key || ', question '
    || imputed.question_number || ': found ' || imputed.answer_code || ' at level '
    || imputed.imputation_level || '; expected the reported answer of donor '
    || imputed.donor_response_key as message
from {{ ref('int_answers_routed') }} as imputed
left join {{ ref('int_answers_routed') }} as donors
    on
        imputed.edition = donors.edition
        and imputed.donor_response_key = donors.response_key
        and imputed.question_number = donors.question_number
where
    imputed.is_imputed
    and (
        donors.reported_answer_code is distinct from imputed.answer_code
        or not donors.is_in_base
        or not imputed.is_in_base
        or (
            imputed.imputation_level = 1
            and imputed.stratum_number != donors.stratum_number
        )
    )
