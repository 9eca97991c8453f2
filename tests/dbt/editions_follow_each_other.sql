{{ config(severity = 'warn') }}
-- No measure of what an edition was made of jumps from the edition before, by more than the seed
-- edition_jumps allows. A jump can be right: a new design, a new population. A sample with codes of
-- another NACE-BEL than the seeds have passes every other check, and its enterprises are out of
-- scope; so the groups of NACE codes that are out are named.
with

editions as (

    select
        edition,
        lag(edition) over (order by edition) as previous_edition
    from {{ ref('dim_editions') }}

),

strata as (

    select * from {{ ref('dim_strata') }}

),

enterprises as (

    select * from {{ ref('int_nace_codes_with_past_editions') }}

),

groups_out as (

    select
        edition,
        string_agg(
            nace_group || ' (' || enterprise_count || ')', ', '
            order by enterprise_count desc, nace_group asc
        ) filter (where place <= 8) as groups
    from (
        select
            edition,
            left(nace_code, 3) as nace_group,
            sum(enterprise_count) as enterprise_count,
            row_number() over (
                partition by edition order by sum(enterprise_count) desc, left(nace_code, 3) asc
            ) as place
        from enterprises
        where not is_eligible
        group by edition, left(nace_code, 3)
    ) as counted
    group by edition

),

bases as (

    select
        edition,
        base_id,
        max(respondent_count) as respondent_count
    from {{ ref('fct_estimates') }}
    where domain = 'total'
    group by edition, base_id

),

measured as (

    select
        edition,
        'nace_unknown_pct' as measure,
        null as base_id,
        100 * sum(if(sector_code = 'none', enterprise_count, 0)) / sum(enterprise_count) as value
    from enterprises
    group by edition

    union all

    select
        edition,
        'out_of_scope_pct' as measure,
        null as base_id,
        100 * sum(if(is_eligible, 0, enterprise_count)) / sum(enterprise_count) as value
    from enterprises
    group by edition

    union all

    select
        edition,
        'population_count' as measure,
        null as base_id,
        sum(population_count) as value
    from strata
    group by edition

    union all

    select
        edition,
        'usable_pct' as measure,
        null as base_id,
        100 * sum(usable_count) / sum(sampled_count) as value
    from strata
    group by edition

    union all

    select
        bases.edition,
        'base_pct' as measure,
        bases.base_id,
        100 * bases.respondent_count / sum(strata.usable_count) as value
    from bases
    inner join strata on bases.edition = strata.edition
    group by bases.edition, bases.base_id, bases.respondent_count

),

compared as (

    select
        editions.edition,
        editions.previous_edition,
        measured.measure,
        measured.base_id,
        rules.sort_order,
        rules.label,
        rules.is_relative,
        rules.largest_change,
        measured.value,
        before.value as previous_value
    from editions
    inner join measured on editions.edition = measured.edition
    inner join {{ ref('edition_jumps') }} as rules on measured.measure = rules.measure
    left join measured as before
        on
            editions.previous_edition = before.edition
            and measured.measure = before.measure
            and measured.base_id is not distinct from before.base_id

)

select
    'edition ' || compared.edition || coalesce(', base ' || compared.base_id, '') || ', '
    || compared.label || ': found ' || round(compared.value, 1)
    || if(compared.is_relative, '', ' %') || coalesce(
        ' and ' || round(compared.previous_value, 1) || if(compared.is_relative, '', ' %')
        || ' in edition ' || compared.previous_edition, ''
    ) || '; expected a change of at most ' || compared.largest_change
    || if(compared.is_relative, ' %', ' percentage points')
    || ', as seeds/reference/edition_jumps.csv has it' || if(
        compared.measure in ('nace_unknown_pct', 'out_of_scope_pct'),
        '; out of scope are the NACE groups (enterprises) ' || groups_out.groups, ''
    ) as message
from compared
left join groups_out on compared.edition = groups_out.edition
where
    abs(compared.value - compared.previous_value)
    * if(compared.is_relative, 100 / compared.previous_value, 1)
    > compared.largest_change
order by compared.edition, compared.sort_order, compared.base_id
