-- No stratum had to be merged with a neighbour for want of usable responses. A warning
-- only: the merger is by method and recorded in dim_strata.
{{ config(severity='warn') }}
select
    'edition ' || edition || ', stratum ' || stratum_id || ': found no usable response; '
    || 'weighted together with ' || weighting_stratum_id as message
from {{ ref('int_strata_weighted') }}
where stratum_number != weighting_stratum_number
