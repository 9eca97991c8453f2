{#-
Base and sums of every cell in each stratum of its domain, with the stratum's weight: what means
and their variances are made of.

Grain: one row per cell × scope × deck × stratum.

Arguments:
    decks (string): which decks, as a condition on `replicate`.
-#}
{% macro sums_by_cell(decks) -%}
    select
        cells.cell_id,
        cells.scope,
        counts.replicate,
        counts.stratum_number as stratum,
        strata.final_weight as weight,
        coalesce(strata.weighted_usable_count, 0) as sample_count,
        strata.weighted_population_count as population_count,
        counts.is_share,
        counts.base_count,
        counts.value_sum,
        counts.value_square_sum

    from {{ ref('int_scope_cells') }} as cells

    inner join {{ ref('int_strata_domains') }} as domains
        on
            cells.domain = domains.domain
            and cells.category = domains.category

    inner join {{ ref('int_counts_with_past_editions') }} as counts
        on
            cells.edition = counts.edition
            and cells.indicator_id = counts.indicator_id
            and cells.base_id = counts.base_id
            and domains.stratum_number = counts.stratum_number

    inner join {{ ref('int_strata_with_past_editions') }} as strata
        on
            counts.edition = strata.edition
            and counts.stratum_number = strata.stratum_number

    inner join {{ ref('int_scope_strata') }} as scopes
        on
            cells.scope = scopes.scope
            and counts.edition = scopes.edition
            and counts.stratum_number = scopes.stratum_number

    where counts.{{ decks }}
{%- endmacro %}
