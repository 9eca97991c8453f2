/*
Whether some enterprises respond more than others: R-indicators of the usable responses.

Grain: one row per edition × measure × domain × category.
Method (Schouten, Cobben and Bethlehem 2009; Schouten, Shlomo and Skinner 2011), on the propensities
of qlt_response_propensities, each variance adjusted for what chance adds to it and 0 at least:
    R-indicator       1 − 2 S, S² the variance of the propensities over the population; 100 % where
                      all enterprises are as likely to respond
    largest bias      S ÷ mean propensity: no mean of respondents is further from that of all
                      enterprises, in standard deviations of what is measured
    unconditional     of a variable: the root of the variance between its categories; of a category:
                      √W (mean of the category − mean), below 0 where it responds less
    conditional       of a variable: the root of the variance within what is alike in every other
                      variable; of a category: the part of that which its enterprises have
    standard error    of the R-indicator: SE(S²) ÷ S. S² = Σ W ρ² − m² is linearised in the sampled
                      enterprises, u = 2 (ρ − m) r − ρ² with r = 1 for a usable response, and has
                      the variance of a mean of u under stratified sampling without replacement,
                      with that of responding itself, 4 (ρ − m)² ρ (1 − ρ) ÷ N, added
All in percentage points of the propensity.
*/
with

cells as (

    select * from {{ ref('qlt_response_propensities') }}

),

deviations as (

    select * from {{ ref('qlt_propensity_deviations') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

variances as (

    select
        edition,
        grouping_id,
        variable,
        sum(spread order by cell_number) as spread,
        sum(spread - noise order by cell_number) as variance

    from deviations

    group by edition, grouping_id, variable

),

whole as (

    select
        variances.edition,
        variances.spread,
        variances.variance,
        any_value(deviations.mean_propensity) as mean_propensity

    from variances

    inner join deviations
        on
            variances.edition = deviations.edition
            and variances.grouping_id = deviations.grouping_id

    where variances.grouping_id = 'all'
    group by variances.edition, variances.spread, variances.variance

),

scores as (

    select
        cells.edition,
        cells.stratum_number,
        cells.cell_number,
        cells.sampled_count,
        cells.usable_count,
        cells.population_share,
        2 * (cells.response_propensity - whole.mean_propensity)
        - cells.response_propensity ^ 2 as responding_score,
        -(cells.response_propensity ^ 2) as lacking_score,
        4 * (cells.response_propensity - whole.mean_propensity) ^ 2
        * cells.response_propensity * (1 - cells.response_propensity) as response_variance

    from cells

    inner join whole
        on cells.edition = whole.edition

),

score_sums as (

    select
        edition,
        stratum_number,
        sum(sampled_count) as sampled_count,
        sum(population_share order by cell_number) as population_share,
        sum(
            usable_count * responding_score + (sampled_count - usable_count) * lacking_score
            order by cell_number
        ) as score_sum,
        sum(
            usable_count * responding_score ^ 2
            + (sampled_count - usable_count) * lacking_score ^ 2
            order by cell_number
        ) as square_sum,
        sum(sampled_count * response_variance order by cell_number) as response_variance_sum

    from scores

    group by edition, stratum_number

),

errors as (

    select
        sums.edition,
        sum(
            sums.population_share ^ 2 * (
                (1 - sums.sampled_count / strata.population_count)
                * greatest(sums.square_sum - sums.score_sum ^ 2 / sums.sampled_count, 0)
                / greatest(sums.sampled_count - 1, 1) / sums.sampled_count
                + sums.response_variance_sum / sums.sampled_count / strata.population_count
            )
            order by sums.stratum_number
        ) as variance_of_variance

    from score_sums as sums

    inner join strata
        on
            sums.edition = strata.edition
            and sums.stratum_number = strata.stratum_number

    group by sums.edition

),

in_total as (

    select
        whole.edition,
        'total' as domain,
        'total' as category,
        100 * (1 - 2 * sqrt(greatest(whole.variance, 0))) as r_indicator_pct,
        100 * sqrt(errors.variance_of_variance / nullif(greatest(whole.variance, 0), 0))
            as r_indicator_se_pct,
        100 * (1 - 2 * sqrt(whole.spread)) as r_indicator_unadjusted_pct,
        100 * sqrt(greatest(whole.variance, 0)) / nullif(whole.mean_propensity, 0)
            as largest_bias_pct

    from whole

    inner join errors
        on whole.edition = errors.edition

),

by_variable as (

    select
        within_categories.edition,
        'auxiliary_variable' as domain,
        within_categories.variable as category,
        100 * sqrt(greatest(whole.variance - within_categories.variance, 0))
            as unconditional_partial_pct,
        100 * sqrt(greatest(within_others.variance, 0)) as conditional_partial_pct

    from variances as within_categories

    inner join whole
        on within_categories.edition = whole.edition

    inner join variances as within_others
        on
            within_categories.edition = within_others.edition
            and within_categories.variable = within_others.variable
            and within_others.grouping_id = 'others'

    where within_categories.grouping_id = 'category'

),

category_members as (

    select
        deviations.edition,
        deviations.variable,
        deviations.group_id as category,
        deviations.cell_number,
        deviations.population_share,
        deviations.mean_propensity - whole.mean_propensity as deviation

    from deviations

    inner join whole
        on deviations.edition = whole.edition

    where deviations.grouping_id = 'category'

),

by_category as (

    select
        members.edition,
        members.variable as domain,
        members.category,
        100 * sqrt(sum(members.population_share order by members.cell_number))
        * any_value(members.deviation) as unconditional_category_pct,
        100 * sqrt(
            greatest(sum(others.spread - others.noise order by members.cell_number), 0)
        ) as conditional_category_pct

    from category_members as members

    inner join deviations as others
        on
            members.edition = others.edition
            and members.variable = others.variable
            and members.cell_number = others.cell_number
            and others.grouping_id = 'others'

    group by members.edition, members.variable, members.category

),

final as (

    select *

    from in_total

    unpivot (
        value for measure_id in (
            r_indicator_pct, r_indicator_se_pct, r_indicator_unadjusted_pct, largest_bias_pct
        )
    )

    union all by name

    select *

    from by_variable

    unpivot (value for measure_id in (unconditional_partial_pct, conditional_partial_pct))

    union all by name

    select *

    from by_category

    unpivot (value for measure_id in (unconditional_category_pct, conditional_category_pct))

)

select * from final
