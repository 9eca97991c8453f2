/*
Trend of each indicator over three and more editions, with its test.

Grain: one row per edition × indicator × base × domain × category that can be compared with two and
more earlier editions; none before there are three. The method is in int_trends. Where any edition
of the line withholds its estimate there is no row.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

trends as (

    select * from {{ ref('int_trends') }}

),

changes as (

    select * from {{ ref('fct_changes') }}

),

withheld as (

    select distinct cell_id

    from changes

    where is_comparable and change_pp is null

),

final as (

    select
        trends.edition,
        trends.first_edition,
        trends.edition_count,
        trends.indicator_id,
        trends.base_id,
        trends.domain,
        trends.category,
        trends.slope_pp,
        trends.se_pp,
        trends.ci_lower_pp,
        trends.ci_upper_pp,
        trends.p_value,
        trends.cell_id

    from trends

    anti join withheld
        on trends.cell_id = withheld.cell_id

)

select * from final
