/*
Answers of usable responses, packed by block: reported ones, and those that were filled in.

Grain: one row per edition × usable response × block where nothing was imputed, with replicate
−1 for every deck; else one row per deck. In a deck in which the response was not asked the
block, its pattern is as reported.
*/
{{ config(materialized='view') }}
with

reported as (

    select * from {{ ref('int_patterns_reported') }}

),

filled as (

    select * from {{ ref('int_patterns_imputed') }}

),

replicates as (

    {{ replicates() | indent(4) }}

),

imputed as (

    select distinct
        edition,
        line_number,
        block_number

    from filled

),

fixed as (

    select
        reported.edition,
        reported.line_number,
        reported.block_number,
        reported.pattern,
        -1::smallint as replicate

    from reported

    left join imputed
        on
            reported.edition = imputed.edition
            and reported.line_number = imputed.line_number
            and reported.block_number = imputed.block_number

    where imputed.edition is null

),

moving as (

    select
        reported.*,
        replicates.replicate

    from reported

    inner join imputed
        on
            reported.edition = imputed.edition
            and reported.line_number = imputed.line_number
            and reported.block_number = imputed.block_number

    cross join replicates

),

final as (

    select * from fixed

    union all

    select
        moving.edition,
        moving.line_number,
        moving.block_number,
        coalesce(filled.pattern, moving.pattern) as pattern,
        moving.replicate

    from moving

    left join filled
        on
            moving.edition = filled.edition
            and moving.line_number = filled.line_number
            and moving.block_number = filled.block_number
            and moving.replicate = filled.replicate

)

select * from final
