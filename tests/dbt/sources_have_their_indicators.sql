-- A figure that an indicator names as its source shows it: as a part of the figure, or as a number
-- that the report prints beside it. The tables take their columns from the sources themselves.
with

indicators as (

    select * from {{ ref('int_indicator_exhibits') }}

),

titles as (

    select * from {{ ref('figure_titles') }}

),

figures as (

    select * from {{ ref('figures') }}

),

printed as (

    select * from {{ ref('published_figures') }}

),

final as (

    select
        'seeds/reference/indicators.csv, indicator ' || indicators.indicator_id || ', base '
        || indicators.base_id || ', column source: found ' || indicators.exhibit
        || ', which does not show it; expected a row of ' || indicators.exhibit
        || ' with this indicator and base in figures.csv, or another source' as message

    from indicators

    inner join titles
        on indicators.exhibit = titles.figure

    left join figures
        on
            indicators.exhibit = figures.figure
            and indicators.indicator_id = figures.indicator_id
            and indicators.base_id = figures.base_id

    left join printed
        on
            indicators.exhibit = printed.source
            and indicators.indicator_id = printed.indicator
            and indicators.base_id = printed.base

    where
        figures.figure is null
        and printed.source is null

)

select * from final
