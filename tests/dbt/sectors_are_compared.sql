{{ config(severity = 'warn') }}
-- Every sector of an edition is in its comparison with the edition before. Where it is not, no
-- change of the two editions has it, not even of the total.
with

sectors as (

    select * from {{ ref('int_sectors_compared') }}

),

pairs as (

    select
        edition,
        max(previous_edition) as previous_edition
    from sectors
    group by edition

)

select
    'edition ' || sectors.edition || ' and ' || sectors.previous_edition || ', sector '
    || sectors.sector_code || ' of edition ' || sectors.coded_edition || ': found '
    || round(sectors.moved_pct, 1) || ' % of its enterprises, by NACE code, elsewhere; expected at '
    || 'most {{ var('maximum_moved_pct') }} % in no sector of the other edition (variable '
    || 'maximum_moved_pct). The sector, ' || round(sectors.population_pct, 1)
    || ' % of the population, is in no change of the two editions' as message
from sectors
inner join pairs
    on
        sectors.edition = pairs.edition
        and sectors.previous_edition = pairs.previous_edition
where not sectors.is_compared
order by sectors.edition, sectors.coded_edition, sectors.sector_sort_order
