/*
What the raw files of an edition, its population and its fieldwork say of each other.

Grain: one row per finding. Only editions are looked at whose files, rows and values are
sound: what is wrong there would be found here again, stratum by stratum.
Steps:
    1) Sector by longest NACE prefix, size class by employee count, scope by region: the
       macro enterprises_stratified, as in int_enterprises_stratified.
    2) Usable responses: enterprises in scope with a questionnaire of their own that answers
       a question about AI, as in int_responses_classified.
    3) The population of each stratum against them.
*/
with

sample as (

    select * from {{ ref('raw_sample') }}

),

responses as (

    select * from {{ ref('raw_responses') }}

),

editions as (

    select * from {{ ref('editions') }}

),

answers as (

    select * from {{ ref('raw_answers') }}

),

files as (

    select * from {{ ref('raw_files') }}

),

population as (

    select * from {{ ref('population') }}

),

strata_possible as (

    select * from {{ ref('int_strata_numbered') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

sector_prefixes as (

    select * from {{ ref('int_sector_prefixes') }}

),

slots as (

    select * from {{ ref('int_question_slots') }}

),

blocks as (

    select * from {{ ref('blocks') }}

),

rules as (

    select * from {{ ref('validation_rules') }}

),

faults as (

    select
        rule_id,
        edition

    from {{ ref('chk_file_findings') }}

    union all

    select
        rule_id,
        edition

    from {{ ref('chk_row_findings') }}

    union all

    select
        rule_id,
        edition

    from {{ ref('chk_value_findings') }}

),

editions_sound as (

    select distinct edition

    from files

    where
        edition is not null
        and edition not in (
            select faults.edition

            from faults

            inner join rules
                on
                    faults.rule_id = rules.rule_id
                    and rules.severity = 'error'

            where faults.edition is not null
        )

),

sampled as (

    select
        sample.edition,
        sample.file_name,
        sample.line_number,
        sample.enterprise_number,
        sample.nace_code,
        try_cast(sample.employee_count as integer) as employee_count,
        sample.registered_region,
        try_cast(sample.flemish_establishment_count as integer) as flemish_establishment_count

    from sample

    inner join editions_sound
        on sample.edition = editions_sound.edition

),

enterprises as (

    {{ enterprises_stratified('sampled', 'sector_prefixes', 'size_classes') | indent(4) }}

),

answers_about_ai as (

    select distinct
        answers.edition,
        answers.line_number

    from answers

    inner join slots
        on
            answers.edition = slots.edition
            and answers.block_number = slots.block_number

    inner join blocks
        on
            slots.block_id = blocks.block_id
            and blocks.is_ai_block

    where answers.answered_count > 0

),

usable_counts as (

    select
        enterprises.edition,
        enterprises.sector_code,
        enterprises.size_class_code,
        count(distinct enterprises.enterprise_number) as usable_count

    from responses

    inner join answers_about_ai
        on
            responses.edition = answers_about_ai.edition
            and responses.line_number = answers_about_ai.line_number

    inner join enterprises
        on
            responses.edition = enterprises.edition
            and responses.invited_enterprise_number = enterprises.enterprise_number
            and responses.enterprise_number = enterprises.enterprise_number

    where enterprises.is_eligible
    group by all

),

editions_built as (

    select distinct edition
    from files
    where edition is not null

),

strata as (

    select
        editions_built.edition,
        strata_possible.sector_code,
        strata_possible.size_class_code,
        population.population_count,
        coalesce(usable_counts.usable_count, 0) as usable_count

    from editions_built

    inner join strata_possible
        on editions_built.edition = strata_possible.edition

    left join population
        on
            editions_built.edition = population.edition
            and strata_possible.sector_code = population.sector_code
            and strata_possible.size_class_code = population.size_class_code

    left join usable_counts
        on
            editions_built.edition = usable_counts.edition
            and strata_possible.sector_code = usable_counts.sector_code
            and strata_possible.size_class_code = usable_counts.size_class_code

),

stratum_findings as (

    select
        if(population_count is null, 'population_missing', 'population_below_responses')
            as rule_id,
        edition,
        'seeds/reference/population.csv, edition ' || edition || ', stratum ' || sector_code
        || '|' || size_class_code as file_name,
        'population_count' as column_name,
        coalesce(population_count::varchar, 'none') as found,
        usable_count::varchar as expected

    from strata

    where coalesce(population_count < usable_count, true)

    union all

    select
        'sector_without_response' as rule_id,
        edition,
        'edition ' || edition || ', sector ' || sector_code as file_name,
        null as column_name,
        sum(population_count)::varchar as found,
        null as expected

    from strata

    where edition in (select editions_sound.edition from editions_sound)
    group by edition, sector_code
    having
        sum(population_count) > 0
        and sum(usable_count) = 0

),

findings as (

    select
        rule_id,
        edition,
        file_name,
        null::integer as line_number,
        column_name,
        found,
        expected

    from stratum_findings

    union all

    select
        'respondent_not_sampled' as rule_id,
        responses.edition,
        responses.file_name,
        responses.line_number,
        'invited_enterprise_number' as column_name,
        null as found,
        null as expected

    from responses

    inner join editions_sound
        on responses.edition = editions_sound.edition

    left join enterprises
        on
            responses.edition = enterprises.edition
            and responses.invited_enterprise_number = enterprises.enterprise_number

    where enterprises.edition is null

    union all

    select
        'enterprise_out_of_scope' as rule_id,
        edition,
        file_name,
        line_number,
        null as column_name,
        null as found,
        null as expected

    from enterprises

    where not is_eligible

    union all

    select
        'fieldwork_undated' as rule_id,
        edition,
        'seeds/reference/editions.csv, edition ' || edition as file_name,
        null as line_number,
        'fieldwork_start' as column_name,
        coalesce(fieldwork_start::varchar, 'no date') || ' to '
        || coalesce(fieldwork_end::varchar, 'no date') as found,
        null as expected

    from editions

    where
        edition in (select files.edition from files)
        and coalesce(fieldwork_start > fieldwork_end, true)

),

final as (

    select * from findings

)

select * from final
