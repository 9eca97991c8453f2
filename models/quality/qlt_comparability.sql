/*
What can be compared with what: editions, and the printed report with the warehouse.

Grain: one row per edition × measure × domain × category. An edition as category is the
earlier one of a pair; the breaks between the two are named in the text.
*/
with

comparability as (

    select * from {{ ref('int_comparability') }}

),

cells as (

    select * from {{ ref('int_cells_printed') }}

),

sectors as (

    select * from {{ ref('dim_sectors') }}

),

strata as (

    select * from {{ ref('dim_strata') }}

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

covered as (

    select distinct
        strata.edition,
        sectors.sector_code

    from strata

    inner join sectors
        on strata.sector_code = sectors.sector_code

    where strata.population_count > 0

),

common_sectors as (

    select
        later.edition,
        previous.edition as previous_edition,
        count(*) as compared_sector_count

    from covered as later

    inner join covered as previous
        on
            later.sector_code = previous.sector_code
            and later.edition > previous.edition

    group by later.edition, previous.edition

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
        coalesce(common_sectors.compared_sector_count, 0)::double as compared_sector_count,
        pairs.common_indicator_count::double as common_indicator_count,
        pairs.break_count::double as break_count

    from pairs

    left join common_sectors
        on
            pairs.edition = common_sectors.edition
            and pairs.previous_edition = common_sectors.previous_edition

),

headlines as (

    select distinct
        edition,
        indicator_id,
        base_id

    from cells

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
