-- The respondents, hits and populations of the sectors, and of the size classes, sum to
-- those of the total, for every indicator. Where a part is withheld they cannot, by design.
select
    'edition ' || edition || ', indicator ' || indicator_id || ', base ' || base_id
    || ': sectors, sizes and total do not sum to the same' as message
from (
    select
        edition,
        indicator_id,
        base_id,
        domain,
        sum(respondent_count) as respondent_count,
        sum(hit_count) as hit_count,
        round(sum(population_estimate), 3) as population_estimate,
        count_if(conf_status != 'F') as withheld_count
    from {{ ref('fct_estimates') }}
    group by all
)
group by edition, indicator_id, base_id
having
    sum(withheld_count) = 0
    and (
        count(distinct respondent_count) > 1
        or count(distinct hit_count) > 1
        or max(population_estimate) - min(population_estimate) > 0.01
    )
