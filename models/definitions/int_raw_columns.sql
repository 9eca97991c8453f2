/*
The columns that the raw files of an edition have, and what a value of each may be.

Grain: one row per edition × kind of file × column. The fixed columns are those of
the seed raw_columns that are in force, the others those of the questions of the edition.
*/
with

editions as (

    select * from {{ ref('editions') }}

),

fixed as (

    select * from {{ ref('raw_columns') }}

),

questions as (

    select * from {{ ref('questions') }}

),

columns_expected as (

    select
        editions.edition,
        fixed.file_kind,
        fixed.column_name,
        fixed.value_kind,
        fixed.is_read,
        fixed.is_required,
        fixed.may_be_absent,
        fixed.allowed_values,
        fixed.sensitivity,
        'seeds/reference/raw_columns.csv' as seed_file

    from fixed

    inner join editions
        on {{ in_force('fixed', 'editions.edition') }}

    union all

    select
        questions.edition,
        'responses' as file_kind,
        questions.column_name,
        'answer' as value_kind,
        true as is_read,
        false as is_required,
        false as may_be_absent,
        questions.answer_codes as allowed_values,
        'quasi_identifier' as sensitivity,
        'seeds/reference/questions.csv' as seed_file

    from questions

),

final as (

    select
        columns_expected.*,
        editions.status as edition_status,
        editions.fieldwork_start,
        editions.fieldwork_end,
        if(
            columns_expected.value_kind = 'time',
            editions.fieldwork_start || ' to ' || editions.fieldwork_end,
            replace(columns_expected.allowed_values, '|', ' or ')
            || if(columns_expected.is_required, '', ' or an empty cell')
        ) as expected

    from columns_expected

    inner join editions
        on columns_expected.edition = editions.edition

)

select * from final
