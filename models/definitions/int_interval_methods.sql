/*
Which confidence interval a share has in each category.

Grain: one row per domain × category. Method: the row of the seed `interval_rules` that names the
category, else the one of its domain.
*/
with

domains as (

    select * from {{ ref('int_strata_domains') }}

),

rules as (

    select * from {{ ref('interval_rules') }}

),

categories as (

    select distinct
        domain,
        category

    from domains

),

final as (

    select
        categories.domain,
        categories.category,
        rules.ci_method

    from categories

    inner join rules
        on
            categories.domain = rules.domain
            and categories.category = coalesce(rules.category, categories.category)

    qualify
        row_number() over (
            partition by categories.domain, categories.category
            order by rules.category nulls last
        ) = 1

)

select * from final
