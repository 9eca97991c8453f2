"""Estimates of what other surveys cover, over the counts of strata, and what is published of them."""

from math import sqrt

import duckdb
import pytest

from helpers import reference


def left_out(stratum, scope):
    """Whether the seed leaves a stratum out of a scope."""
    places = {"sector": stratum["sector_code"], "size": stratum["size_class_code"]}
    return any(
        row["scope_id"] == scope and places[row["domain"]] == row["category"]
        for row in reference("scope_exclusions")
    )


def test_a_scope_is_estimated_from_its_own_strata(built_project):
    """Percentage and sampling error in plain sums over the strata that are not left out."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        found = warehouse.sql("from marts.fct_scope_estimates").to_arrow_table().to_pylist()
        rows = warehouse.sql(
            """
            select * from estimates.int_indicator_counts
            inner join estimates.int_strata_weighted using (edition, stratum_number)
            where replicate = 0
            """
        ).to_arrow_table().to_pylist()
    editions = {row["edition"] for row in rows}
    measures = {(row["indicator_id"], row["base_id"]) for row in reference("target_measures")}
    assert {(row["edition"], row["scope_id"], row["indicator_id"], row["base_id"]) for row in found} == {
        (edition, scope["scope_id"], *measure)
        for edition in editions for scope in reference("scopes") for measure in measures
    }
    for estimate in found:
        every = [
            row for row in rows
            if all(row[name] == estimate[name] for name in ("edition", "indicator_id", "base_id"))
        ]
        strata = [row for row in every if not left_out(row, estimate["scope_id"])]
        assert 0 < len(strata) < len(every)
        base = sum(row["final_weight"] * row["base_count"] for row in strata)
        share = sum(row["final_weight"] * row["value_sum"] for row in strata) / base
        variance = 0.0
        for row in strata:
            sample, population = row["weighted_usable_count"], row["weighted_population_count"]
            inside, hits = row["base_count"], row["value_sum"]
            squares = hits * (1 - share) ** 2 + (inside - hits) * share**2
            squares -= (hits - inside * share) ** 2 / sample
            variance += (
                (1 - sample / population) * sample / (sample - 1) * row["final_weight"] ** 2 * squares
            )
        assert estimate["estimate_pct"] == pytest.approx(100 * share, rel=1e-12)
        assert estimate["se_sampling_pct"] == pytest.approx(100 * sqrt(variance) / base, rel=1e-9)
        assert estimate["se_pct"] > estimate["se_sampling_pct"]
        assert estimate["ci_lower_pct"] < estimate["estimate_pct"] < estimate["ci_upper_pct"]
        assert estimate["respondent_count"] == sum(row["base_count"] for row in strata)
        assert estimate["population_estimate"] == pytest.approx(base, rel=1e-12)


def test_what_is_public_of_a_scope_follows_from_print_and_design(built_project):
    """One decimal, the counts that Tabel 1 and 2 print, an interval of the same order, and no more."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        columns = [name for name, *_ in warehouse.sql("describe public.fct_scope_estimates").fetchall()]
        pairs = warehouse.sql(
            """
            select public.*, marts.estimate_pct as unrounded, marts.ci_upper_pct - marts.ci_lower_pct as width
            from public.fct_scope_estimates as public
            inner join marts.fct_scope_estimates as marts
                using (edition, scope_id, indicator_id, base_id)
            """
        ).to_arrow_table().to_pylist()
    assert not {"se_pct", "hit_count", "hit_population_estimate", "degrees_of_freedom"} & set(columns)
    assert pairs
    for row in pairs:
        assert row["estimate_pct"] == round(row["unrounded"], 1) == round(row["estimate_pct"], 1)
        assert 0.9 < (row["ci_upper_pct"] - row["ci_lower_pct"]) / row["width"] < 1.3
