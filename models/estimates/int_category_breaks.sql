/*
Categories that do not hold the same enterprises in both editions of a pair, and why.

Grain: one row per pair of editions × domain × category that has a break. A size class has
one where its bounds differ; everything else, where the smallest or the largest enterprise of
all differs. Sectors that differ are not in the scope of the pair (int_edition_pairs).
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

final as (

    select
        pairs.previous_edition,
        pairs.edition,
        later.domain,
        later.category,
        'the editions do not hold the same enterprises: ' || previous.bounds
        || ' employees in ' || pairs.previous_edition || ', ' || later.bounds
        || ' in ' || pairs.edition as reason

    from pairs

    inner join bounds as later
        on pairs.edition = later.edition

    inner join bounds as previous
        on
            pairs.previous_edition = previous.edition
            and later.domain = previous.domain
            and later.category = previous.category

    where later.bounds != previous.bounds

)

select * from final
