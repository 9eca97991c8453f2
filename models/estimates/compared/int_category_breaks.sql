/*
Categories that do not hold the same enterprises in both editions of a pair, and why.

Grain: one row per pair of editions × domain × category that has a break. A size class has
one where its bounds differ; everything else, where the smallest or the largest enterprise of
all differs. A sector has one where more of it than the variable maximum_moved_pct is in another
sector of the other edition. What is in no sector there is not in the scope of the pair
(int_edition_pairs).
*/
with

editions as (

    select * from {{ ref('editions') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

pairs as (

    select * from {{ ref('int_edition_pairs') }}

),

domains as (

    select distinct
        domain,
        category

    from {{ ref('int_strata_domains') }}

),

classes as (

    select
        editions.edition,
        size_classes.size_class_code,
        size_classes.employee_count_min,
        size_classes.employee_count_max

    from editions

    inner join size_classes
        on {{ in_force('size_classes', 'editions.edition') }}

),

bounds as (

    select
        edition,
        'size' as domain,
        size_class_code as category,
        employee_count_min || coalesce(' to ' || employee_count_max, ' or more') as bounds

    from classes

    union all

    select
        classes.edition,
        domains.domain,
        domains.category,
        min(classes.employee_count_min) || if(
            count(classes.employee_count_max) = count(*),
            ' to ' || max(classes.employee_count_max),
            ' or more'
        ) as bounds

    from classes

    inner join domains
        on domains.domain != 'size'

    group by classes.edition, domains.domain, domains.category

),

other_bounds as (

    select
        pairs.previous_edition,
        pairs.edition,
        later.domain,
        later.category,
        previous.bounds || ' employees in ' || pairs.previous_edition || ', ' || later.bounds
        || ' in ' || pairs.edition as part,
        false as is_reclassified

    from pairs

    inner join bounds as later
        on pairs.edition = later.edition

    inner join bounds as previous
        on
            pairs.previous_edition = previous.edition
            and later.domain = previous.domain
            and later.category = previous.category

    where later.bounds != previous.bounds

),

sectors as (

    select * from {{ ref('int_sectors_compared') }}

),

other_sectors as (

    select
        previous_edition,
        edition,
        'sector' as domain,
        sector_code as category,
        string_agg(
            round(moved_pct, 1) || ' % of those of ' || coded_edition
            || ' are in other sectors in '
            || if(coded_edition = edition, previous_edition, edition),
            ', ' order by coded_edition
        ) as part,
        true as is_reclassified

    from sectors

    where is_compared

    group by previous_edition, edition, sector_code

    having count(*) = 2 and max(moved_pct) > {{ var('maximum_moved_pct') }}

),

parts as (

    select * from other_bounds

    union all

    select * from other_sectors

),

final as (

    select
        previous_edition,
        edition,
        domain,
        category,
        'the editions do not hold the same enterprises: '
        || string_agg(part, '; ' order by part) as reason,
        bool_or(is_reclassified) as is_reclassified

    from parts

    group by previous_edition, edition, domain, category

)

select * from final
