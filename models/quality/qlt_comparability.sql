/*
What can be compared with what: editions, and the printed report with the warehouse.

Grain: one row per edition × measure × domain × category, of every edition built or kept. An
edition as category is the earlier one of a pair; the breaks between the two are named in the
text.
*/
with

estimates as (

    select * from {{ ref('fct_estimates') }}

),

comparability as (

    -- Of what both have estimates of: an indicator that is added has none in an edition kept.
    select definitions.*

    from {{ ref('int_comparability') }} as definitions

    semi join estimates as later
        on
            definitions.edition = later.edition
            and definitions.indicator_id = later.indicator_id
            and definitions.base_id = later.base_id

    semi join estimates as previous
        on
            definitions.previous_edition = previous.edition
            and definitions.indicator_id = previous.indicator_id
            and definitions.base_id = previous.base_id

),

report_tables as (

    select * from {{ ref('report_tables') }}

),

exhibits as (

    select * from {{ ref('int_indicator_exhibits') }}

),

edition_pairs as (

    select * from {{ ref('int_edition_pairs') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

reconciliation as (

    select * from {{ ref('rpt_reconciliation') }}

),

editions as (

    select * from {{ ref('dim_editions') }}

),

pairs as (

    select
        comparability.edition,
        comparability.previous_edition,
        count(distinct comparability.indicator_id) as common_indicator_count,
        count(distinct breaks.indicator_id) as break_count,
        string_agg(distinct breaks.label_nl, '; ' order by breaks.label_nl) as breaks_nl,
        string_agg(distinct breaks.label_en, '; ' order by breaks.label_en) as breaks_en

    from comparability

    left join indicators as breaks
        on
            comparability.indicator_id = breaks.indicator_id
            and not comparability.is_comparable

    group by comparability.edition, comparability.previous_edition

),

by_pair as (

    select
        pairs.edition,
        'previous_edition' as domain,
        pairs.previous_edition::varchar as category,
        pairs.breaks_nl,
        pairs.breaks_en,
        edition_pairs.compared_sector_count::double as compared_sector_count,
        pairs.common_indicator_count::double as common_indicator_count,
        pairs.break_count::double as break_count

    from pairs

    inner join edition_pairs
        on
            pairs.edition = edition_pairs.edition
            and pairs.previous_edition = edition_pairs.previous_edition

),

headlines as (

    select distinct
        estimates.edition,
        estimates.indicator_id,
        estimates.base_id

    from report_tables

    inner join exhibits
        on
            report_tables.base_id = exhibits.base_id
            and report_tables.table_id = exhibits.exhibit

    inner join estimates
        on
            exhibits.indicator_id = estimates.indicator_id
            and exhibits.base_id = estimates.base_id

),

series as (

    select
        headlines.edition,
        'indicator' as domain,
        headlines.indicator_id as category,
        1 + count_if(coalesce(comparability.is_comparable, false))::double
            as comparable_edition_count

    from headlines

    left join comparability
        on
            headlines.edition = comparability.edition
            and headlines.indicator_id = comparability.indicator_id
            and headlines.base_id = comparability.base_id

    group by headlines.edition, headlines.indicator_id

),

printed as (

    select
        reconciliation.edition,
        'total' as domain,
        'total' as category,
        count(*)::double as published_count,
        count_if(reconciliation.is_reproduced)::double as reproduced_count

    from reconciliation

    inner join editions
        on reconciliation.edition = editions.edition

    group by reconciliation.edition

),

final as (

    select
        * exclude (breaks_nl, breaks_en),
        if(measure_id = 'break_count', breaks_nl, null) as text_nl,
        if(measure_id = 'break_count', breaks_en, null) as text_en

    from by_pair

    unpivot (
        value for measure_id in (compared_sector_count, common_indicator_count, break_count)
    )

    union all by name

    select *

    from series

    unpivot (value for measure_id in (comparable_edition_count))

    union all by name

    select *

    from printed

    unpivot (value for measure_id in (published_count, reproduced_count))

)

select * from final
