/*
Every estimate by sector and size class together, with its labels, interval and reliability.

Grain: one row per edition × indicator × base × sector × size class with a response in the base. For
those who may see microdata: most strata are so small that an estimate gives an answer away.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

estimates as (

    select * from {{ ref('int_stratum_estimates') }}

),

statuses as (

    select * from {{ ref('int_stratum_statuses') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

bases as (

    select * from {{ ref('dim_bases') }}

),

sectors as (

    select * from {{ ref('dim_sectors') }}

),

size_classes as (

    select * from {{ ref('dim_size_classes') }}

),

final as (

    select
        estimates.edition,
        estimates.indicator_id,
        indicators.label_nl as indicator_nl,
        indicators.label_en as indicator_en,
        indicators.sort_order as indicator_sort_order,
        estimates.base_id,
        bases.label_nl as base_nl,
        bases.label_en as base_en,
        strata.sector_code,
        sectors.label_nl as sector_nl,
        sectors.label_en as sector_en,
        strata.sector_sort_order,
        strata.size_class_code,
        size_classes.label_nl as size_class_nl,
        size_classes.label_en as size_class_en,
        strata.size_class_sort_order,
        estimates.estimate_pct,
        estimates.se_pct,
        estimates.ci_lower_pct,
        estimates.ci_upper_pct,
        estimates.respondent_count,
        estimates.population_estimate,
        statuses.obs_status = 'A' as is_quotable,
        statuses.obs_status,
        statuses.obs_status_rule_id

    from estimates

    inner join statuses
        on
            estimates.edition = statuses.edition
            and estimates.indicator_id = statuses.indicator_id
            and estimates.base_id = statuses.base_id
            and estimates.stratum_number = statuses.stratum_number

    inner join strata
        on
            estimates.edition = strata.edition
            and estimates.stratum_number = strata.stratum_number

    inner join indicators
        on estimates.indicator_id = indicators.indicator_id

    inner join bases
        on estimates.base_id = bases.base_id

    inner join sectors
        on strata.sector_code = sectors.sector_code

    inner join size_classes
        on strata.size_class_code = size_classes.size_class_code

)

select * from final
