/*
The caption below each figure and each table: N, and the base.

Grain: one row per edition × figure or table with a question that the edition asked, and
per table of counts of an edition whose counts are assumed.
Steps:
    1) The questions behind each figure (seed figures) and table (seed indicators).
    2) Whether these were put to the base alone, or to more enterprises than it holds.
    3) The responses in the base, and the sentence that says which of the two it is.
    4) Tables of counts have neither; where the population is assumed, they say so.
*/
{{ config(post_hook="{{ keep_released_rows() }}") }}
with

exhibits as (

    select
        figure as exhibit,
        base_id

    from {{ ref('figure_titles') }}

    union all

    select
        table_id as exhibit,
        base_id

    from {{ ref('report_tables') }}

),

bases as (

    select * from {{ ref('bases') }}

),

terms as (

    select * from {{ ref('report_terms') }}

),

figures as (

    select * from {{ ref('figures') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

printed as (

    select * from {{ ref('int_indicator_exhibits') }}

),

tables as (

    select * from {{ ref('report_tables') }}

),

question_bases as (

    select * from {{ ref('int_question_bases') }}

),

response_counts as (

    select * from {{ ref('int_base_counts') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

exhibit_questions as (

    select
        figures.figure as exhibit,
        indicators.question_id

    from figures

    inner join indicators
        on
            figures.indicator_id = indicators.indicator_id
            and figures.base_id = indicators.base_id

    union

    select
        tables.table_id as exhibit,
        printed.question_id

    from tables

    inner join printed
        on tables.table_id = printed.exhibit

),

exhibits_asked as (

    select
        question_bases.edition,
        exhibits.exhibit,
        exhibits.base_id,
        bool_and(question_bases.base_id = exhibits.base_id) as is_asked_of_base

    from exhibits

    inner join exhibit_questions
        on exhibits.exhibit = exhibit_questions.exhibit

    inner join question_bases
        on exhibit_questions.question_id = question_bases.question_id

    group by question_bases.edition, exhibits.exhibit, exhibits.base_id

),

base_bits as (

    select distinct
        base_id,
        base_bit

    from conditions

),

base_counts as (

    select
        response_counts.edition,
        base_bits.base_id,
        sum(response_counts.response_count)::integer as respondent_count

    from response_counts

    inner join base_bits
        on (response_counts.base_bits & base_bits.base_bit) > 0

    group by response_counts.edition, base_bits.base_id

),

population as (

    select * from {{ ref('population') }}

),

editions_assumed as (

    select distinct population.edition

    from population

    inner join question_bases
        on population.edition = question_bases.edition

    where population.is_assumed

),

final as (

    select
        exhibits_asked.edition,
        exhibits_asked.exhibit,
        exhibits_asked.base_id,
        coalesce(base_counts.respondent_count, 0) as base_respondent_count,
        replace(terms.label_nl, '{base}', bases.description_nl) as base_note_nl,
        replace(terms.label_en, '{base}', bases.description_en) as base_note_en

    from exhibits_asked

    inner join bases
        on exhibits_asked.base_id = bases.base_id

    inner join terms
        on
            terms.term_id
            = if(exhibits_asked.is_asked_of_base, 'asked_only', 'share_of')

    left join base_counts
        on
            exhibits_asked.edition = base_counts.edition
            and exhibits_asked.base_id = base_counts.base_id

    union all by name

    select
        editions_assumed.edition,
        tables.table_id as exhibit,
        terms.label_nl as base_note_nl,
        terms.label_en as base_note_en

    from editions_assumed

    cross join tables

    inner join terms
        on terms.term_id = 'counts_assumed'

    where tables.column_dimension is not null

)

select * from final
