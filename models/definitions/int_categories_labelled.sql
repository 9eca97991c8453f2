/*
Labels and order of everything that a row of the quality report can be about.

Grain: one row per edition × domain × category: all enterprises, sectors, size classes and
strata as they are in the edition, questions, indicators, fieldwork counts, contact steps and
channels, what is known of everyone sampled, and earlier editions.
*/
with

terms as (

    select * from {{ ref('report_terms') }}

),

strata as (

    select * from {{ ref('int_strata_numbered') }}

),

sectors as (

    select * from {{ ref('sectors') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

questions as (

    select * from {{ ref('questions') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

fieldwork as (

    select * from {{ ref('fieldwork_indicators') }}

),

contact_steps as (

    select * from {{ ref('contact_steps') }}

),

response_channels as (

    select * from {{ ref('response_channels') }}

),

auxiliary_variables as (

    select * from {{ ref('auxiliary_variables') }}

),

editions as (

    select * from {{ ref('editions') }}

),

latest_questions as (

    select *

    from questions

    qualify row_number() over (partition by question_id order by edition desc) = 1

),

of_every_edition as (

    select
        'total' as domain,
        'total' as category,
        0::integer as sort_order,
        label_nl,
        label_en

    from terms

    where term_id = 'total'

    union all

    select
        'question' as domain,
        latest_questions.question_id as category,
        100 * blocks.sort_order + latest_questions.sort_order as sort_order,
        latest_questions.question_nl as label_nl,
        latest_questions.question_en as label_en

    from latest_questions

    inner join blocks
        on latest_questions.block_id = blocks.block_id

    union all

    select
        'indicator' as domain,
        indicator_id as category,
        min(sort_order) as sort_order,
        any_value(label_nl) as label_nl,
        any_value(label_en) as label_en

    from indicators

    group by indicator_id

    union all

    select
        'fieldwork' as domain,
        indicator_id as category,
        sort_order,
        label_nl,
        label_en

    from fieldwork

    union all

    select
        domain,
        category,
        sort_order,
        label_nl,
        label_en

    from auxiliary_variables

    union all

    select
        'contact_step' as domain,
        contact_step_id as category,
        sort_order,
        label_nl,
        label_en

    from contact_steps

    union all

    select
        'response_channel' as domain,
        response_channel as category,
        sort_order,
        label_nl,
        label_en

    from response_channels

    union all

    select
        'previous_edition' as domain,
        edition::varchar as category,
        edition as sort_order,
        edition::varchar as label_nl,
        edition::varchar as label_en

    from editions

),

final as (

    select
        editions.edition,
        of_every_edition.*

    from of_every_edition

    cross join editions

    union all

    select
        editions.edition,
        'sector' as domain,
        sectors.sector_code as category,
        sectors.sort_order,
        sectors.label_nl,
        sectors.label_en

    from editions

    inner join sectors
        on {{ in_force('sectors', 'editions.edition') }}

    union all

    select
        editions.edition,
        'size' as domain,
        size_classes.size_class_code as category,
        size_classes.sort_order,
        size_classes.label_nl,
        size_classes.label_en

    from editions

    inner join size_classes
        on {{ in_force('size_classes', 'editions.edition') }}

    union all

    select
        strata.edition,
        'stratum' as domain,
        strata.stratum_id as category,
        row_number() over (
            partition by strata.edition
            order by
                strata.sector_sort_order, strata.size_class_sort_order, strata.stratum_number
        ) as sort_order,
        sectors.label_nl || ', ' || size_classes.label_nl as label_nl,
        sectors.label_en || ', ' || size_classes.label_en as label_en

    from strata

    inner join sectors
        on
            strata.sector_code = sectors.sector_code
            and {{ in_force('sectors', 'strata.edition') }}

    inner join size_classes
        on
            strata.size_class_code = size_classes.size_class_code
            and {{ in_force('size_classes', 'strata.edition') }}

)

select * from final
