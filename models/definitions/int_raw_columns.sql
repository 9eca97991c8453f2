/*
The columns that the raw files of an edition have, and what a value of each may be.

Grain: one row per edition × kind of file × column. The fixed columns are those of
the seed raw_columns that are in force, the others those of the questions of the edition. Where a
survey tool exported the file, a column may have another name and other values there.
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

dialects as (

    select * from {{ ref('raw_dialects') }}

),

mappings as (

    select * from {{ ref('raw_mappings') }}

),

labels as (

    select * from {{ ref('raw_labels') }}

),

columns_expected as (

    select
        editions.edition,
        fixed.file_kind,
        fixed.column_name,
        fixed.value_kind,
        fixed.is_read,
        fixed.is_required,
        coalesce(fixed.may_be_absent, false) as may_be_absent,
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

texts as (

    -- What a cell of an export may hold: labels, or one answer or more of those to a question.
    select
        mappings.edition,
        mappings.file_kind,
        mappings.column_in_file,
        mappings.label_set,
        list_sort(
            list(distinct '''' || coalesce(mappings.choice, labels.label) || '''')
        ) as listed

    from mappings

    left join labels
        on mappings.label_set = labels.label_set

    group by all

),

mapped as (

    select
        mappings.edition,
        mappings.file_kind,
        mappings.column_name,
        mappings.column_in_file,
        coalesce(mappings.choice, mappings.label_set) is not null as is_labelled,
        texts.listed

    from mappings

    inner join dialects
        on
            mappings.edition = dialects.edition
            and mappings.file_kind = dialects.file_kind

    inner join texts
        on
            mappings.edition = texts.edition
            and mappings.file_kind = texts.file_kind
            and mappings.column_in_file = texts.column_in_file
            and mappings.label_set is not distinct from texts.label_set

    -- That a column is filled twice is said by raw_mappings_can_be_applied.
    qualify
        row_number() over (
            partition by mappings.edition, mappings.file_kind, mappings.column_name
            order by mappings.column_in_file, mappings.choice
        ) = 1

),

final as (

    select
        columns_expected.* exclude (seed_file),
        coalesce(mapped.column_in_file, columns_expected.column_name) as name_in_file,
        coalesce(mapped.is_labelled, false) as is_labelled,
        if(
            mapped.column_name is null,
            columns_expected.seed_file,
            'seeds/reference/raw_mappings.csv'
        ) as seed_file,
        editions.status as edition_status,
        editions.fieldwork_start,
        editions.fieldwork_end,
        case
            when mapped.is_labelled
                then
                    'a label: ' || array_to_string(mapped.listed[:10], ' or ')
                    || if(
                        len(mapped.listed) > 10,
                        ' or ' || (len(mapped.listed) - 10) || ' more',
                        ''
                    )
            when columns_expected.value_kind = 'time'
                then editions.fieldwork_start || ' to ' || editions.fieldwork_end
            else
                replace(columns_expected.allowed_values, '|', ' or ')
                || if(columns_expected.is_required, '', ' or an empty cell')
        end as expected

    from columns_expected

    inner join editions
        on columns_expected.edition = editions.edition

    left join mapped
        on
            columns_expected.edition = mapped.edition
            and columns_expected.file_kind = mapped.file_kind
            and columns_expected.column_name = mapped.column_name

)

select * from final
