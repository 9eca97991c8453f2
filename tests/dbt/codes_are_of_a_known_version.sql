-- The codes of every edition are of a version of NACE that sectors are defined in, and editions of
-- two versions can be compared: the concordance has them, its shares add up, and none of its codes
-- is in two sectors.
with

editions as (

    select * from {{ ref('editions') }}

),

concordance as (

    select * from {{ ref('nace_concordance') }}

),

shares as (

    select
        old_version || ' to ' || new_version || ', old_code ' || old_code as place,
        'share_of_old' as share_column,
        sum(share_of_old) as share,
        min(share_of_old) as least
    from concordance
    group by old_version, new_version, old_code

    union all

    select
        old_version || ' to ' || new_version || ', new_code ' || new_code as place,
        'share_of_new' as share_column,
        sum(share_of_new) as share,
        min(share_of_new) as least
    from concordance
    group by old_version, new_version, new_code

),

codes as (

    select
        old_version as nace_version,
        old_code as nace_code
    from concordance

    union

    select
        new_version as nace_version,
        new_code as nace_code
    from concordance

)

select
    'seeds/reference/editions.csv, edition ' || edition || ', column nace_version: found '
    || coalesce(nace_version, 'none')
    || '; expected a version of NACE that seeds/reference/sector_nace.csv has sectors of' as message
from editions
where
    nace_version is null
    or nace_version not in (select known.nace_version from {{ ref('sector_nace') }} as known)

union all

select
    'seeds/reference/editions.csv, edition ' || edition || ', column previous_nace_version: found '
    || previous_nace_version || '; expected another version than that of nace_version' as message
from editions
where previous_nace_version = nace_version

union all

select
    'seeds/reference/nace_concordance.csv: found no row from ' || previous.nace_version || ' to '
    || later.nace_version || '; expected what became of the codes, as edition '
    || min(previous.edition) || ' has the one and edition ' || min(later.edition)
    || ' the other' as message
from editions as previous
inner join editions as later
    on
        previous.edition < later.edition
        and previous.nace_version != later.nace_version
left join concordance
    on
        concordance.old_version in (previous.nace_version, later.nace_version)
        and concordance.new_version in (previous.nace_version, later.nace_version)
where concordance.old_code is null
group by previous.nace_version, later.nace_version

union all

select
    'seeds/reference/nace_concordance.csv, ' || place || ', column ' || share_column || ': found '
    || if(least < 0, 'a share of ' || least, 'shares that add up to ' || round(share, 6))
    || '; expected shares from 0 that add up to 1' as message
from shares
where share is null or least < 0 or abs(share - 1) > 1e-6

union all

select
    'seeds/reference/nace_concordance.csv, ' || codes.nace_version || ', code ' || codes.nace_code
    || ': found a code that holds the prefix ' || min(sector_nace.nace_prefix)
    || ' of seeds/reference/sector_nace.csv, edition ' || min(prefixes.edition)
    || '; expected codes so long that each is in one sector' as message
from codes
inner join {{ ref('sector_nace') }} as sector_nace
    on
        codes.nace_version = sector_nace.nace_version
        and codes.nace_code = left(sector_nace.nace_prefix, length(codes.nace_code))
        and codes.nace_code != sector_nace.nace_prefix
inner join editions on sector_nace.nace_version = editions.nace_version
inner join {{ ref('int_sector_prefixes') }} as prefixes
    on
        editions.edition = prefixes.edition
        and sector_nace.nace_prefix = prefixes.nace_prefix
group by codes.nace_version, codes.nace_code
