/*
The cells that estimates are made for, with one key for each.

Grain: one row per edition × indicator × base × domain × category, of the editions of this build
and of those that the release keeps. The key is made of all five, so that a cell has the same
one in every build.
*/
with

counts as (

    select distinct
        edition,
        indicator_id,
        base_id

    from {{ ref('int_counts_with_past_editions') }}

),

strata as (

    select * from {{ ref('int_strata_with_past_editions') }}

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
            counts.edition, counts.indicator_id, counts.base_id,
            categories.domain, categories.category
        ) as cell_id,
        counts.edition,
        counts.indicator_id,
        counts.base_id,
        categories.domain,
        categories.category

    from counts

    inner join categories
        on counts.edition = categories.edition

)

select * from final
