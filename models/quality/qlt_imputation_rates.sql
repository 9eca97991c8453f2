/*
Item non-response of each question, and how much was imputed from where.

Grain: one row per edition × measure × domain × category: questions, and all together.
Method: every item that was asked and not answered is imputed, so that the rate of item
non-response of a question is its imputation rate. The mean is over the questions.
*/
with

ledger as (

    select * from {{ ref('qlt_item_ledger') }}

),

imputations as (

    select * from {{ ref('fct_imputations') }}

),

questions as (

    select
        *,
        asked_count - reported_count as lacking_count,
        100 * (asked_count - reported_count) / nullif(asked_count, 0)
            as item_nonresponse_rate_pct

    from ledger

),

by_question as (

    select
        edition,
        'question' as domain,
        question_id as category,
        asked_count::double as asked_count,
        item_nonresponse_rate_pct

    from questions

),

donors as (

    select
        edition,
        max(donor_use_count) as largest_donor_use_count

    from imputations

    group by edition

),

levels as (

    select
        edition,
        avg(item_nonresponse_rate_pct order by question_id) as imputation_rate_mean_pct,
        max(item_nonresponse_rate_pct) as imputation_rate_largest_pct,
        nullif(sum(lacking_count), 0) as lacking_count,
        sum(imputed_level_1_count) as level_1_count,
        sum(imputed_level_2_count) as level_2_count,
        sum(imputed_level_3_count) as level_3_count

    from questions

    group by edition

),

in_total as (

    select
        levels.edition,
        'total' as domain,
        'total' as category,
        levels.imputation_rate_mean_pct,
        levels.imputation_rate_largest_pct,
        100 * levels.level_1_count / levels.lacking_count as donor_level_1_pct,
        100 * levels.level_2_count / levels.lacking_count as donor_level_2_pct,
        100 * levels.level_3_count / levels.lacking_count as donor_level_3_pct,
        coalesce(donors.largest_donor_use_count, 0)::double as largest_donor_use_count

    from levels

    left join donors
        on levels.edition = donors.edition

),

final as (

    select *

    from by_question

    unpivot (value for measure_id in (asked_count, item_nonresponse_rate_pct))

    union all by name

    select *

    from in_total

    unpivot (
        value for measure_id in (
            imputation_rate_mean_pct, imputation_rate_largest_pct, donor_level_1_pct,
            donor_level_2_pct, donor_level_3_pct, largest_donor_use_count
        )
    )

)

select * from final
