/*
The two estimates of each contrast, as cells.

Grain: one row per edition of this build × pair of estimates that the edition has. The key of
all but one category is that of no estimate; it is made as theirs are.
*/
with

contrasts as (

    select distinct
        indicator_id,
        base_id,
        domain,
        category,
        other_indicator_id,
        other_base_id,
        other_domain,
        other_category

    from {{ ref('int_contrasts_asked') }}

),

indicators as (

    select * from {{ ref('int_indicators_offered') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

categories as (

    select distinct
        strata.edition,
        domains.domain,
        domains.category

    from strata

    inner join domains
        on strata.stratum_number = domains.stratum_number

),

final as (

    select
        concat_ws(
            '|',
            indicators.edition, contrasts.indicator_id, contrasts.base_id,
            contrasts.domain, contrasts.category
        ) as cell_id,
        concat_ws(
            '|',
            indicators.edition, contrasts.other_indicator_id, contrasts.other_base_id,
            contrasts.other_domain, contrasts.other_category,
            if(contrasts.other_category = 'all_others', contrasts.category, null)
        ) as other_cell_id,
        indicators.edition,
        contrasts.*

    from contrasts

    inner join indicators
        on
            contrasts.indicator_id = indicators.indicator_id
            and contrasts.base_id = indicators.base_id

    inner join indicators as other_indicators
        on
            indicators.edition = other_indicators.edition
            and contrasts.other_indicator_id = other_indicators.indicator_id
            and contrasts.other_base_id = other_indicators.base_id

    inner join categories
        on
            indicators.edition = categories.edition
            and contrasts.domain = categories.domain
            and contrasts.category = categories.category

    inner join categories as other_categories
        on
            indicators.edition = other_categories.edition
            and contrasts.other_domain = other_categories.domain
            and if(
                contrasts.other_category = 'all_others',
                contrasts.category,
                contrasts.other_category
            ) = other_categories.category

)

select * from final
