/*
The quality report: how good the numbers are, in the order of the European quality report.

Grain: one row per edition × SIMS concept × measure × domain × category. A concept's text is
the measure `narrative`, without a value.
Steps:
    1) Every measure of the quality models, with the concept that it belongs to.
    2) What there is to say of each concept, in words.
    3) Labels of whatever each row is about.
A measure, concept or category without a label is stopped by the contract.
*/
-- depends_on: {{ ref('chk_expectation_results') }}
with

concepts as (

    select * from {{ ref('quality_concepts') }}

),

measures as (

    select * from {{ ref('quality_measures') }}

),

texts as (

    select * from {{ ref('quality_texts') }}

),

categories as (

    select * from {{ ref('int_categories_labelled') }}

),

editions as (

    select * from {{ ref('dim_editions') }}

),

computed as (

    select * from {{ ref('qlt_response_rates') }}
    union all by name
    select * from {{ ref('qlt_imputation_rates') }}
    union all by name
    select * from {{ ref('qlt_precision') }}
    union all by name
    select * from {{ ref('qlt_coverage') }}
    union all by name
    select * from {{ ref('qlt_comparability') }}
    union all by name
    select * from {{ ref('qlt_confidentiality') }}
    union all by name
    select * from {{ ref('qlt_fieldwork') }}
    union all by name
    select * from {{ ref('qlt_timeliness') }}
    union all by name
    select * from {{ ref('qlt_representativeness') }}
    union all by name
    select * from {{ ref('qlt_response_steps') }}
    union all by name
    select * from {{ ref('qlt_late_respondents') }}

),

measured as (

    select
        computed.edition,
        measures.concept_code,
        computed.measure_id,
        measures.sort_order as measure_sort_order,
        measures.label_nl as measure_label_nl,
        measures.label_en as measure_label_en,
        computed.domain,
        computed.category,
        computed.value,
        measures.unit,
        computed.text_nl,
        computed.text_en

    from computed

    left join measures
        on computed.measure_id = measures.measure_id

    union all by name

    select
        editions.edition,
        texts.concept_code,
        'narrative' as measure_id,
        0 as measure_sort_order,
        'total' as domain,
        'total' as category,
        texts.text_nl,
        texts.text_en

    from texts

    inner join editions
        on editions.edition = coalesce(texts.edition, editions.edition)

),

final as (

    select
        measured.edition,
        measured.concept_code,
        concepts.sort_order as concept_sort_order,
        concepts.label_nl as concept_label_nl,
        concepts.label_en as concept_label_en,
        measured.measure_id,
        measured.measure_sort_order::smallint as measure_sort_order,
        measured.measure_label_nl,
        measured.measure_label_en,
        measured.domain,
        measured.category,
        categories.sort_order::integer as category_sort_order,
        categories.label_nl as category_label_nl,
        categories.label_en as category_label_en,
        measured.value,
        measured.unit,
        measured.text_nl,
        measured.text_en

    from measured

    left join concepts
        on measured.concept_code = concepts.concept_code

    left join categories
        on
            measured.edition = categories.edition
            and measured.domain = categories.domain
            and measured.category = categories.category

)

select * from final
