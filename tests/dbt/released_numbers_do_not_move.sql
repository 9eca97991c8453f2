-- No number of an edition moves against the last release, or vanishes from it, unless the
-- seed editions declares the edition revised. A failure means that a raw file, a rule or a
-- method of a past edition changed: mend that, or raise its revision and say so in its note.
select
    'edition ' || edition || coalesce(' against ' || previous_edition, '')
    || coalesce(', indicator ' || indicator_id, '') || coalesce(', base ' || base_id, '')
    || ', ' || domain || ' ' || category || ', ' || mart_name || '.' || measure || ': found '
    || coalesce(round(built_value, 9)::varchar, 'nothing') || '; expected '
    || coalesce(round(released_value, 9)::varchar, 'nothing')
    || ' as released, or a higher revision of the edition in seeds/reference/editions.csv'
        as message
from {{ ref('qlt_release_diff') }}
where not is_allowed
order by mart_name != 'fct_estimates', measure != 'estimate_pct', domain != 'total', message
