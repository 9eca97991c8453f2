-- Every row of raw_mappings is of a file that has a dialect, fills a column that the edition has,
-- which no other row fills, and gives it codes that it can have: those of its labels, or the two of
-- a choice.
with

mappings as (

    select
        *,
        'seeds/reference/raw_mappings.csv, edition ' || edition || ', ' || file_kind
        || ', column_in_file ' || column_in_file as place

    from {{ ref('raw_mappings') }}

),

dialects as (

    select * from {{ ref('raw_dialects') }}

),

columns_expected as (

    select * from {{ ref('int_raw_columns') }}

),

labels as (

    select * from {{ ref('raw_labels') }}

),

codes as (

    select
        mappings.place || ', label ' || labels.label || ' of label_set ' || labels.label_set
            as place,
        mappings.edition,
        mappings.file_kind,
        mappings.column_name,
        labels.code

    from mappings

    inner join labels
        on mappings.label_set = labels.label_set

    union all

    select
        place || ', choice ' || choice as place,
        edition,
        file_kind,
        column_name,
        unnest([chosen_code, other_code]) as code

    from mappings

    where choice is not null

)

select
    mappings.place || ': found a file without a dialect; expected a row for it in '
    || 'seeds/reference/raw_dialects.csv' as message

from mappings

left join dialects
    on
        mappings.edition = dialects.edition
        and mappings.file_kind = dialects.file_kind

where dialects.dialect is null

union all

select
    mappings.place || ', column column_name: found ' || mappings.column_name
    || '; expected a column of raw_columns.csv or questions.csv for this edition' as message

from mappings

left join columns_expected
    on
        mappings.edition = columns_expected.edition
        and mappings.file_kind = columns_expected.file_kind
        and mappings.column_name = columns_expected.column_name

where
    mappings.column_name is not null
    and columns_expected.column_name is null

union all

select
    any_value(place) || ', column column_name: found ' || column_name || ' in ' || count(*)
    || ' rows; expected one that fills it' as message

from mappings

where column_name is not null
group by edition, file_kind, column_name
having count(*) > 1

union all

select
    any_value(place) || coalesce(', choice ' || choice, '') || ': found ' || count(*)
    || ' rows; expected one' as message

from mappings

where column_name is null
group by edition, file_kind, column_in_file, choice
having count(*) > 1

union all

select
    place || ', column label_set: found ' || label_set
    || '; expected a set of seeds/reference/raw_labels.csv' as message

from mappings

where
    label_set is not null
    and label_set not in (select labels.label_set from labels)

union all

select
    place || ': found a choice, label_set, chosen_code, other_code or choice_of that does not go '
    || 'with the others; expected labels, or a choice with both codes, or neither, for a column '
    || 'that is filled, and at most a choice for one that is not' as message

from mappings

where
    (choice is not null and label_set is not null)
    or (choice is null and choice_of is not null)
    or (chosen_code is not null) != (choice is not null and column_name is not null)
    or (other_code is not null) != (choice is not null and column_name is not null)
    or (label_set is not null and column_name is null)

union all

select
    codes.place || ': found code ' || codes.code || '; expected '
    || replace(columns_expected.allowed_values, '|', ' or ') || ', the codes of column '
    || codes.column_name as message

from codes

inner join columns_expected
    on
        codes.edition = columns_expected.edition
        and codes.file_kind = columns_expected.file_kind
        and codes.column_name = columns_expected.column_name

where
    codes.code is not null
    and not list_contains(string_split(columns_expected.allowed_values, '|'), codes.code)

union all

select
    'seeds/reference/raw_dialects.csv, edition ' || edition || ', column file_kind: found '
    || file_kind || '; expected a kind of file of seeds/reference/raw_columns.csv' as message

from dialects

where file_kind not in (select kinds.file_kind from {{ ref('raw_columns') }} as kinds)
