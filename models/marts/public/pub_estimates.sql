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

    select
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        estimate_pct,
        respondent_count,
        population_estimate,
        if(conf_status = 'F', obs_status, null) as obs_status,
        if(conf_status = 'F', obs_status_rule_id, null) as obs_status_rule_id,
        conf_status,
        cell_id

    from {{ ref('fct_estimates') }}

),

published as (

    {{ public_estimates('estimates') | indent(4) }}

),

final as (

    select
        edition,
        indicator_id,
        base_id,
        domain,
        category,
        estimate_pct,
        ci_lower_pct,
        ci_upper_pct,
        respondent_count,
        population_estimate,
        obs_status,
        obs_status_rule_id,
        conf_status,
        cell_id

    from published

)

select * from final
