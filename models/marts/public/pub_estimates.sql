/*
Estimates as everybody may see them.

Grain: one row per edition × indicator × base × domain × category, as fct_estimates has them.
What is said beside a percentage must not give away the answers of strata, whose population and
respondents are in print. So:
    1) The percentage has one decimal, as in print.
    2) Respondents of a sector or a size class are in tens, enterprises in hundreds, save those of
       everybody: the report prints them.
    3) The interval follows from these numbers and from the design (pub_designs), and so from
       nothing that is not in print: Korn and Graubard's (1998), with as many effective
       respondents as there are respondents over the design effect.
    4) What is withheld is not called reliable or not: that would bound the percentage.
*/
with

estimates as (

    select * from {{ ref('fct_estimates') }}

),

designs as (

    select * from {{ ref('pub_designs') }}

),

everybody as (

    select base_id from {{ ref('int_base_conditions') }}
    where condition_count = 0

),

means as (

    select distinct
        indicator_id,
        base_id

    from {{ ref('indicators') }}

    where answer_values is not null

),

rounded as (

    select
        estimates.edition,
        estimates.indicator_id,
        estimates.base_id,
        estimates.domain,
        estimates.category,
        round(estimates.estimate_pct, 1) as estimate_pct,
        if(
            estimates.domain != 'total' and everybody.base_id is null,
            round(estimates.respondent_count, -1)::integer,
            estimates.respondent_count
        ) as respondent_count,
        if(
            everybody.base_id is null,
            round(estimates.population_estimate, -2),
            estimates.population_estimate
        ) as population_estimate,
        if(estimates.conf_status = 'F', estimates.obs_status, null) as obs_status,
        if(estimates.conf_status = 'F', estimates.obs_status_rule_id, null) as obs_status_rule_id,
        estimates.conf_status,
        estimates.cell_id,
        means.indicator_id is null as is_share

    from estimates

    left join everybody
        on estimates.base_id = everybody.base_id

    left join means
        on
            estimates.indicator_id = means.indicator_id
            and estimates.base_id = means.base_id

),

effective as (

    select
        rounded.*,
        if(rounded.is_share, rounded.estimate_pct / 100, null) as share,
        least(rounded.respondent_count, designs.usable_count) as base_count,
        base_count / designs.design_effect as effective_count,
        base_count - designs.stratum_count as degrees_of_freedom

    from rounded

    left join designs
        on
            rounded.edition = designs.edition
            and rounded.domain = designs.domain
            and rounded.category = designs.category

),

intervals as (

    select
        *,
        {{ korn_graubard_bound(
            'share', 'base_count', 'effective_count', 'degrees_of_freedom', 'lower'
        ) }} as share_lower,
        {{ korn_graubard_bound(
            'share', 'base_count', 'effective_count', 'degrees_of_freedom', 'upper'
        ) }} as share_upper

    from effective

),

final as (

    select
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        estimate_pct,
        round(100 * share_lower, 1) as ci_lower_pct,
        round(100 * share_upper, 1) as ci_upper_pct,
        respondent_count,
        population_estimate,
        obs_status,
        obs_status_rule_id,
        conf_status,
        cell_id

    from intervals

)

select * from final
