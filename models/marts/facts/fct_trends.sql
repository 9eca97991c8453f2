/*
Trend of each indicator over three and more editions, with its test.

Grain: one row per edition × indicator × base × domain × category that can be compared with two and
more earlier editions; none before there are three. The method is in int_trends. Where any edition
of the line withholds its estimate there is no row. p-values are corrected by Holm (1979) for all
trends of the edition in the same domain.
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

shown as (

    select trends.*

    from trends

    anti join withheld
        on trends.cell_id = withheld.cell_id

),

ranked as (

    select
        *,
        count(*) over of_family as family_size,
        row_number() over (of_family order by p_value, cell_id) as place

    from shown

    window of_family as (partition by edition, domain)

),

corrected as (

    select
        *,
        {{ holm_p_value('edition, domain') | indent(8) }} as adjusted_p_value

    from ranked

),

final as (

    select
        edition,
        first_edition,
        edition_count,
        indicator_id,
        base_id,
        domain,
        category,
        slope_pp,
        se_pp,
        ci_lower_pp,
        ci_upper_pp,
        p_value,
        'trends_' || domain as test_family,
        adjusted_p_value,
        adjusted_p_value < 0.05 as is_significant,
        cell_id

    from corrected

)

select * from final
