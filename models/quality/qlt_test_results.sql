/*
Every data test of the project and whether it passed in this invocation of dbt.

Grain: one row per data test. A test that did not run in this invocation, because a
selection or `dbt run` left it out, has a null outcome: the release asks for none such.
The model stands below everything that is tested, so that it is built last.
*/
-- depends_on: {{ ref('dim_answer_codes') }}
-- depends_on: {{ ref('dim_bases') }}
-- depends_on: {{ ref('dim_categories') }}
-- depends_on: {{ ref('dim_editions') }}
-- depends_on: {{ ref('dim_sectors') }}
-- depends_on: {{ ref('dim_size_classes') }}
-- depends_on: {{ ref('dim_questions') }}
-- depends_on: {{ ref('dim_indicators') }}
-- depends_on: {{ ref('dim_strata') }}
-- depends_on: {{ ref('fct_fieldwork') }}
-- depends_on: {{ ref('fct_responses') }}
-- depends_on: {{ ref('fct_answers') }}
-- depends_on: {{ ref('fct_changes') }}
-- depends_on: {{ ref('fct_estimates') }}
-- depends_on: {{ ref('fct_imputations') }}
-- depends_on: {{ ref('rpt_table_1') }}
-- depends_on: {{ ref('rpt_table_2') }}
-- depends_on: {{ ref('rpt_table_3') }}
-- depends_on: {{ ref('rpt_table_4') }}
-- depends_on: {{ ref('rpt_table_5') }}
-- depends_on: {{ ref('rpt_table_6') }}
-- depends_on: {{ ref('rpt_figures') }}
-- depends_on: {{ ref('rpt_reconciliation') }}
-- depends_on: {{ ref('rpt_quality') }}
-- depends_on: {{ ref('qlt_item_ledger') }}
-- depends_on: {{ ref('int_indicator_weights') }}
-- depends_on: {{ ref('int_days_listed') }}
-- depends_on: {{ ref('qlt_release_diff') }}
-- depends_on: {{ ref('qlt_question_uses') }}
-- depends_on: {{ ref('answer_codes') }}
with

data_tests as (

    select
        unnest({{ data_tests() | map(attribute='test_id') | list }})::varchar as test_id,
        unnest({{ data_tests() | map(attribute='name') | list }})::varchar as test_name,
        unnest({{ data_tests() | map(attribute='description') | list }})::varchar as claim

),

results as (

    select * from {{ test_results_relation() }}

),

final as (

    select
        data_tests.test_id,
        data_tests.test_name,
        data_tests.claim,
        results.severity,
        results.failure_count,
        results.failure_count = 0 or results.severity = 'warn' as success

    from data_tests

    left join results
        on
            data_tests.test_id = results.test_id
            and results.invocation_id = '{{ invocation_id }}'

)

select * from final
order by test_id
