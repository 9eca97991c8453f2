-- Where an order is more than the place in a list, no two rows share it: size classes (whose
-- neighbours are weighted together, and which are classes of imputation), tables and figures
-- (it is their number), input checks (the first broken one is reported). A figure has one number.
with

editions as (

    select distinct edition from {{ ref('editions') }}

),

size_classes as (

    select
        *,
        row_number() over () + 1 as line

    from {{ ref('size_classes') }}

),

figures as (

    select
        *,
        row_number() over () + 1 as line

    from {{ ref('figures') }}

),

titles as (

    select * from {{ ref('figure_titles') }}

),

numbered as (

    select
        'size_classes.csv' as file,
        size_classes.line,
        editions.edition,
        size_classes.sort_order

    from size_classes

    inner join editions
        on {{ in_force('size_classes', 'editions.edition') }}

    union all by name

    select
        'figure_titles.csv' as file,
        row_number() over () + 1 as line,
        sort_order

    from titles

    union all by name

    select
        'report_tables.csv' as file,
        row_number() over () + 1 as line,
        sort_order

    from {{ ref('report_tables') }}

    union all by name

    select
        'validation_rules.csv' as file,
        row_number() over () + 1 as line,
        sort_order

    from {{ ref('validation_rules') }}

),

final as (

    select distinct
        'seeds/reference/' || later.file || ', line ' || later.line || ', column sort_order: found '
        || later.sort_order || ', as in line ' || earlier.line
        || '; expected a number of its own' || coalesce(' in edition ' || later.edition, '')
            as message

    from numbered as earlier

    inner join numbered as later
        on
            earlier.file = later.file
            and earlier.edition is not distinct from later.edition
            and earlier.sort_order = later.sort_order
            and earlier.line < later.line

    union all

    select
        'seeds/reference/figures.csv, line ' || figures.line || ', column figure_sort_order: found '
        || coalesce(figures.figure_sort_order::varchar, 'none') || '; expected '
        || titles.sort_order || ', the sort_order of ' || figures.figure
        || ' in figure_titles.csv' as message

    from figures

    inner join titles
        on figures.figure = titles.figure

    where figures.figure_sort_order is distinct from titles.sort_order

)

select * from final
