-- Every stratum with a population has usable responses, its own or a neighbour's in its
-- sector, never more of them than enterprises. A failure names the stratum.
select
    'seeds/reference/population.csv, edition ' || edition || ', stratum ' || stratum_id
    || ', column population_count: found ' || population_count || '; expected at least '
    || usable_count || ', the usable responses' as message
from {{ ref('int_strata_weighted') }}
where population_count < usable_count

union all

select
    'edition ' || edition || ', stratum ' || stratum_id || ': found a population of '
    || population_count || ' and no usable response in the whole sector; '
    || 'expected at least one' as message
from {{ ref('int_strata_weighted') }}
where population_count > 0 and weighting_stratum_number is null
