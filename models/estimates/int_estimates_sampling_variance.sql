/*
Means, most of them shares, and their sampling precision, from sums per stratum.

Grain: one row per cell × scope.
Method (Respons en weging): p = Σ w s ÷ Σ w m over the strata of the domain, with w the
final weight, m the responses in the base and s the sum of what these count for; its variance
by Taylor linearisation, as macros/stratified_estimates.sql writes it out. Population and
responses are those of the strata weighted together, not of the domain.
*/
with

domain_sums as (

    {{ sums_by_cell('replicate = 0') | indent(4) }}

),

final as (

    {{ stratified_estimates('domain_sums', ['cell_id', 'scope']) | indent(4) }}

)

select * from final
