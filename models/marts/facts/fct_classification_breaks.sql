/*
What another version of NACE does to the estimates of one edition.

Grain: one row per edition whose frame has both codes × indicator × base × sector, and all together.
The method is in int_classification_breaks.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

final as (

    select
        edition,
        compared_edition,
        indicator_id,
        base_id,
        domain,
        category,
        respondent_count,
        compared_respondent_count,
        estimate_pct,
        compared_estimate_pct,
        break_pp,
        se_pp,
        ci_lower_pp,
        ci_upper_pp,
        p_value

    from {{ ref('int_classification_breaks') }}

)

select * from final
