{#-
Covariance of two means of the same measure, of two stratified samples that share elements, from
sums per stratum over what they share, as a `select` statement.

A companion of macros/stratified_estimates.sql, and like it of no survey. In stratum h, with n₁ of
N₁ elements in the earlier sample, n₂ of N₂ in the later, and c in both, the totals of simple random
samples of one population have the covariance (Tam 1984; Qualité and Tillé 2008)

    N₁ N₂ (c/(n₁ n₂) − 1/N) s₁₂

with s₁₂ the covariance of both measures over the elements in both. With weights w = N/n, and of
two populations that are nearly one the larger N, which makes the covariance smaller and no test
bolder,

    covariance of p₁ and p₂   Σ_h (w₁ w₂ c − min(N₁, N₂)) · s₁₂ / (X₁ X₂)
        u = y − p d in the later, v likewise in the earlier    (d: 1 in the base, else 0, as y is)
        s₁₂ = (Σ u v − Σ u Σ v / c) / (c − 1)

the linearisation of a ratio in each sample (Särndal, Swensson and Wretman 1992, section 5.5). Where
all of the sample is in both it is what R's survey has for a change in one design, with the element
as the sampling unit; where the samples were drawn independently it is 0 on average; where c is
below 2 there is nothing to estimate it from, and the stratum adds nothing.

Arguments:
    sums (string): a relation, one row per group × stratum with elements in both, with the columns
        stratum                                 orders the sums; any type
        weight, previous_weight                 w₂, w₁
        population_count                        N₂
        previous_population_count               N₁
        panel_count                             c
        base_count, value_sum                   Σ d, Σ y in the later, over the elements in both
        previous_base_count                     Σ d in the earlier, over the same
        previous_value_sum                      Σ y in the earlier
        product_sum, value_base_sum             Σ y₂ y₁, Σ y₂ d₁
        base_value_sum, base_base_sum           Σ d₂ y₁, Σ d₂ d₁
        mean, previous_mean                     p₂, p₁; the same in all rows of a group
        base_total, previous_base_total         X₂, X₁; likewise
    by (list): the columns that make a group; not null.

Columns returned, one row a group: those of `by`, and
    panel_count   Σ c
    covariance    in y²; null where either mean is

References:
    Tam (1984), The American Statistician 38, 288-289.
    Qualité and Tillé (2008), Survey Methodology 34, 173-181.
-#}
{% macro panel_covariances(sums, by) -%}
    select
        {{ by | join(', ') }},
        sum(panel_count)::integer as panel_count,
        list_sum(list(
            if(
                panel_count > 1,
                (
                    weight * previous_weight * panel_count
                    - least(population_count, previous_population_count)
                )
                * (
                    product_sum
                    - previous_mean * value_base_sum
                    - mean * base_value_sum
                    + mean * previous_mean * base_base_sum
                    - (value_sum - mean * base_count)
                    * (previous_value_sum - previous_mean * previous_base_count)
                    / panel_count
                )
                / (panel_count - 1)
                / (base_total * previous_base_total),
                0
            )
            order by stratum
        )) as covariance

    from {{ sums }}

    group by {{ by | join(', ') }}
{%- endmacro %}
