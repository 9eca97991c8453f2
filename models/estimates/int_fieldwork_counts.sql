/*
The counts under "Respons en weging", by the conditions of the seed `fieldwork_indicators`.

Grain: one row per edition × fieldwork indicator. Counts are of enterprises in scope
and of their questionnaires; a rate is in percent. One of an enterprise out of scope is
counted as that alone.
*/
with

indicators as (

    select * from {{ ref('fieldwork_indicators') }}

),

units as (

    select * from {{ ref('int_fieldwork_units') }}

),

editions as (

    select distinct edition from units

),

counts as (

    select
        editions.edition,
        indicators.indicator_id,
        coalesce(sum(units.unit_count), 0)::double as value

    from indicators

    cross join editions

    left join units
        on
            editions.edition = units.edition
            and indicators.counted_unit = units.counted_unit
            and units.contact_channel
            is not distinct from coalesce(indicators.contact_channel, units.contact_channel)
            and units.delivery_status
            is not distinct from coalesce(indicators.delivery_status, units.delivery_status)
            and units.recontact_status
            is not distinct from coalesce(
                indicators.recontact_status, units.recontact_status
            )
            and units.is_reached
            is not distinct from coalesce(indicators.is_reached, units.is_reached)
            and units.response_status
            is not distinct from coalesce(indicators.response_status, units.response_status)
            and units.is_usable
            is not distinct from coalesce(indicators.is_usable, units.is_usable)
            and (
                units.is_eligible
                or (
                    units.counted_unit = 'response'
                    and indicators.response_status = 'out_of_scope'
                )
            )

    where indicators.counted_unit is not null
    group by all

),

rates as (

    select
        numerators.edition,
        indicators.indicator_id,
        100 * numerators.value / nullif(denominators.value, 0) as value

    from indicators

    inner join counts as numerators
        on indicators.numerator_id = numerators.indicator_id

    inner join counts as denominators
        on
            indicators.denominator_id = denominators.indicator_id
            and numerators.edition = denominators.edition

),

final as (

    select * from counts
    union all
    select * from rates

)

select * from final
