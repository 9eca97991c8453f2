-- A change that can be compared and has a test is significant or not within a family of tests,
-- which is named; no other is, nor one of low reliability where its family does not test that. A
-- failure means that no rule of the seed test_families takes it in.
select
    'editions ' || previous_edition || ' and ' || edition || ', indicator ' || indicator_id
    || ', base ' || base_id || ', ' || domain || ' ' || category || ': found test_family '
    || coalesce(test_family, 'none') || ', adjusted_p_value '
    || coalesce(adjusted_p_value::varchar, 'none') || '; expected both where p_value ('
    || coalesce(p_value::varchar, 'none') || ') can be compared, the one not below the other'
        as message
from {{ ref('fct_changes') }}
where
    case
        when
            is_comparable and p_value is not null
            and (
                obs_status = 'A'
                or domain in (
                    select families.domain from {{ ref('test_families') }} as families
                    where families.is_unreliable_tested
                )
            )
            then not coalesce(
                adjusted_p_value >= p_value
                and test_family is not null
                and is_significant is not null,
                false
            )
        else coalesce(test_family, adjusted_p_value::varchar, is_significant::varchar) is not null
    end
