/*
The cells that each part of the population has estimates of.

Grain: one row per cell × scope. An edition as a whole, and the part of it that it is compared on
with another one, have every cell. A scope of the seed `scopes` has what is measured against a
target, of all its enterprises together: every further number would help to find answers.
*/
with

cells as (

    select * from {{ ref('int_estimate_cells') }}

),

scope_strata as (

    select * from {{ ref('int_scope_strata') }}

),

declared as (

    select * from {{ ref('scopes') }}

),

measures as (

    select distinct
        indicator_id,
        base_id

    from {{ ref('target_measures') }}

),

scopes as (

    select distinct
        scope_strata.edition,
        scope_strata.scope,
        declared.scope_id is not null as is_declared

    from scope_strata

    left join declared
        on scope_strata.scope = declared.scope_id

),

final as (

    select
        cells.cell_id,
        scopes.scope,
        cells.edition,
        cells.indicator_id,
        cells.base_id,
        cells.domain,
        cells.category

    from cells

    inner join scopes
        on cells.edition = scopes.edition

    left join measures
        on
            cells.indicator_id = measures.indicator_id
            and cells.base_id = measures.base_id

    where
        not scopes.is_declared
        or (cells.domain = 'total' and measures.indicator_id is not null)

)

select * from final
