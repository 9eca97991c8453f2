-- Replicate 0, the published hot deck as barometer.method.replicates counts it, equals what the
-- models count, in every stratum with responses. A failure means that the two disagree on a
-- base, a derived question or the routing, and that the variance of imputation is wrong.
select
    'edition ' || published.edition || ', stratum ' || published.stratum_number || ', indicator '
    || published.indicator_id || ', base ' || published.base_id || ': found '
    || coalesce(replicates.hit_count || ' hits of ' || replicates.base_count, 'nothing')
    || ' in int_replicate_counts; expected ' || published.hit_count || ' of '
    || published.base_count as message
from {{ ref('int_indicator_counts') }} as published
left join {{ ref('int_replicate_counts') }} as replicates
    on
        published.edition = replicates.edition
        and published.stratum_number = replicates.stratum_number
        and published.indicator_id = replicates.indicator_id
        and published.base_id = replicates.base_id
        and replicates.replicate = 0
where
    coalesce(replicates.base_count, 0) != published.base_count
    or coalesce(replicates.hit_count, 0) != published.hit_count
