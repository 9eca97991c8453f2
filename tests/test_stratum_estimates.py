"""Estimates by sector and size class together, against the formulas of one stratum and the wider domains."""

from math import sqrt

import duckdb
import pytest


@pytest.fixture(scope="module")
def warehouse(built_project):
    """The warehouse of a whole build."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_a_stratum_is_a_simple_random_sample(warehouse):
    """Share and standard error of a domain of one simple random sample, with its correction (Särndal,
    Swensson and Wretman 1992, section 5.8): nothing of other strata is in them."""
    rows = warehouse.sql(
        """
        select
            counts.base_count, counts.value_sum, strata.weighted_usable_count,
            strata.weighted_population_count, estimates.estimate_pct, estimates.se_sampling_pct,
            estimates.se_pct, estimates.ci_lower_pct, estimates.ci_upper_pct
        from estimates.int_stratum_estimates as estimates
        join estimates.int_indicator_counts as counts using (edition, indicator_id, base_id, stratum_number)
        join estimates.int_strata_weighted as strata using (edition, stratum_number)
        where counts.replicate = 0 and counts.is_share and strata.weighted_usable_count > 1
        """
    ).fetchall()
    assert len(rows) > 5000
    for base, hits, n, population, estimate, se, total_se, lower, upper in rows:
        share = hits / base
        variance = (1 - n / population) / (n - 1) * n * base * share * (1 - share) / base**2
        assert estimate == pytest.approx(100 * share)
        assert se == pytest.approx(100 * sqrt(max(variance, 0)), abs=1e-9)
        assert total_se >= se - 1e-12
        assert lower is None or lower <= estimate + 1e-9 and estimate <= upper + 1e-9


def test_strata_add_up_to_their_sectors(warehouse):
    """Weighted by the enterprises in the base, the strata of a sector give the estimate of the sector."""
    differences = warehouse.sql(
        """
        with added as (
            select
                edition, indicator_id, base_id, sector_code as category,
                sum(estimate_pct * population_estimate) / sum(population_estimate) as estimate_pct,
                sum(respondent_count) as respondent_count
            from marts.rpt_stratum_estimates group by all
        )
        select abs(added.estimate_pct - facts.estimate_pct), added.respondent_count = facts.respondent_count
        from added join marts.fct_estimates as facts using (edition, indicator_id, base_id, category)
        where facts.domain = 'sector' and facts.estimate_pct is not null
        """
    ).fetchall()
    assert len(differences) > 1000
    assert max(difference for difference, _ in differences) < 1e-9
    assert all(is_same for _, is_same in differences)


def test_few_strata_can_be_quoted(warehouse):
    """The rules of reliability are those of every estimate: a stratum of few responses fails them."""
    unreliable, few = warehouse.sql(
        """
        select count(*) filter (where not is_quotable),
            count(*) filter (where is_quotable and respondent_count < 10)
        from marts.rpt_stratum_estimates
        """
    ).fetchone()
    assert unreliable > 0 and few == 0
