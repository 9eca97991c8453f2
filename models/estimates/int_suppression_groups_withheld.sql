/*
Families of estimates that are withheld in a category, so that what is confidential cannot
be computed from what is published beside it.

Grain: one row per edition × base × block × domain × category; none while every estimate is
free. A family is the estimates of one base over the questions of one block: they come from
the same answers, so one of them can give away another.
Steps:
    1) Primary: a family with a confidential estimate in that category.
    2) Secondary: the total less all other categories gives a single withheld one away. Where
       one alone is withheld among the categories of a domain and the total, so is the
       category with the fewest usable responses.
    3) By the base: where a family of everybody is withheld, so is, in the same category, every
       family whose base the answers of that block decide: its counts are the answer.
Reference: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4.
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

statuses as (

    select * from {{ ref('int_estimate_statuses') }}

),

families as (

    select * from {{ ref('int_indicator_suppression_groups') }}

),

conditions as (

    select * from {{ ref('int_base_conditions') }}

),

question_blocks as (

    select * from {{ ref('int_question_blocks') }}

),

strata as (

    select * from {{ ref('int_strata_weighted') }}

),

domains as (

    select * from {{ ref('int_strata_domains') }}

),

primaries as (

    select distinct
        cells.edition,
        cells.base_id,
        families.block_id,
        cells.domain,
        cells.category

    from statuses

    inner join cells
        on statuses.cell_id = cells.cell_id

    inner join families
        on
            cells.edition = families.edition
            and cells.indicator_id = families.indicator_id
            and cells.base_id = families.base_id

    where statuses.conf_status != 'F'

),

categories as (

    select
        strata.edition,
        domains.domain,
        domains.category,
        sum(strata.usable_count) as usable_count

    from strata

    inner join domains
        on strata.stratum_number = domains.stratum_number

    where strata.usable_count > 0
    group by strata.edition, domains.domain, domains.category

),

families_listed as (

    select distinct
        edition,
        base_id,
        block_id

    from families

),

-- A line is what sums to the total: the categories of a domain, and the total itself.
lines as (

    select
        families_listed.edition,
        families_listed.base_id,
        families_listed.block_id,
        categories.domain,
        categories.category,
        categories.usable_count,
        primaries.category is not null as is_withheld,
        count(primaries.category) over line
        + max((totals.category is not null)::integer) over line as withheld_count

    from families_listed

    inner join categories
        on
            families_listed.edition = categories.edition
            and categories.domain != 'total'

    left join primaries
        on
            families_listed.edition = primaries.edition
            and families_listed.base_id = primaries.base_id
            and families_listed.block_id = primaries.block_id
            and categories.domain = primaries.domain
            and categories.category = primaries.category

    left join primaries as totals
        on
            families_listed.edition = totals.edition
            and families_listed.base_id = totals.base_id
            and families_listed.block_id = totals.block_id
            and totals.domain = 'total'

    window
        line as (
            partition by
                families_listed.edition, families_listed.base_id, families_listed.block_id,
                categories.domain
        )

),

secondaries as (

    select
        edition,
        base_id,
        block_id,
        domain,
        category

    from lines

    where withheld_count = 1 and not is_withheld

    qualify
        row_number() over (
            partition by edition, base_id, block_id, domain
            order by usable_count, category
        ) = 1

),

withheld as (

    select * from primaries
    union all
    select * from secondaries

),

by_base as (

    select distinct
        families.edition,
        families.base_id,
        families.block_id,
        withheld.domain,
        withheld.category

    from withheld

    inner join conditions as everybody
        on
            withheld.base_id = everybody.base_id
            and everybody.condition_count = 0

    inner join question_blocks
        on
            withheld.edition = question_blocks.edition
            and withheld.block_id = question_blocks.block_id

    inner join conditions
        on question_blocks.question_number = conditions.question_number

    inner join families
        on
            withheld.edition = families.edition
            and conditions.base_id = families.base_id

),

final as (

    select * from withheld
    union
    select * from by_base

)

select * from final
