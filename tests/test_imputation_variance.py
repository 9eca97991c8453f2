"""The total variance of an estimate of one hot deck, and the quantiles, as SQL, against hand and scipy."""

from math import inf, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers import estimator, macros, statement

MODULE = macros("imputation_variance.sql")
CONNECTION = estimator()


def totals(se, degrees, between, replicates, mean=0.4):
    """What the macro adds to one share of 200: (total error, missing information, degrees, count)."""
    between = "null" if between is None else f"{between!r}"
    effective = mean * (1 - mean) / se**2 if se else 200.0
    return CONNECTION.sql(
        f"""
        with estimates as (
            select {se!r}::double as mean_se, {degrees} as degrees_of_freedom, {mean!r}::double as mean,
                {effective!r}::double as effective_count,
                {between}::double as between_variance, {replicates}::smallint as replicate_count
        ),
        totals as ({MODULE.imputation_totals("estimates")})
        select mean_se_total, missing_information, degrees_of_freedom_total, effective_count_total
        from totals
        """
    ).fetchone()


@given(
    st.floats(1e-4, 0.3), st.integers(1, 5000), st.floats(1e-8, 1e-2), st.integers(2, 50)
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_equals_the_rules(se, degrees, between, replicates):
    """Total variance, its part that is missing, and Barnard and Rubin's degrees of freedom."""
    total, missing, total_degrees, count = totals(se, degrees, between, replicates)
    average = (1 + 1 / replicates) * between
    assert total == pytest.approx(sqrt(se**2 + 2 * between), rel=1e-12)
    assert missing == pytest.approx(average / (se**2 + average), rel=1e-12)
    assert count == pytest.approx(0.24 / total**2, rel=1e-12)
    part = 2 * between / total**2
    old = (replicates - 1) / part**2
    observed = (degrees + 1) / (degrees + 3) * degrees * (1 - part)
    assert total_degrees == pytest.approx(1 / (1 / old + 1 / observed), rel=1e-9)
    assert total_degrees <= degrees
    assert total >= se


@pytest.mark.parametrize("between", [0, None])
@pytest.mark.parametrize("replicates", [0, 20])
def test_nothing_imputed_changes_nothing(between, replicates):
    """Without variance between the decks all stays as it was."""
    assert totals(0.03, 96, between, replicates)[:3] == (0.03, 0, 96)


def test_only_imputation_leaves_its_own_degrees_of_freedom():
    """Without sampling variance all information is missing, on M - 1 degrees of freedom."""
    total, missing, degrees, _ = totals(0.0, 96, 0.0001, 20)
    assert (total, missing, degrees) == (pytest.approx(sqrt(0.0002)), 1, 19)


def interval(mean, se, between, rule="logit", count=200):
    """Bounds and standard error in percent of a share of `count` responses in one stratum, by the project's models."""
    connection = estimator()
    effective = mean * (1 - mean) / se**2 if se else count
    connection.execute(
        f"""
        create table int_estimates_sampling_variance as
        select 'a' as cell_id, 's' as scope, true as is_share, {count} as base_count,
            {count} * {mean} as value_sum, 900 as base_total, 900 * {mean} as value_total,
            0 as value_total_se, {mean}::double as mean, {se}::double as mean_se,
            {count - 1} as degrees_of_freedom, null::double as design_effect,
            {effective}::double as effective_count;
        create table int_imputation_variances as
        select 'a' as cell_id, 's' as scope, 20 as replicate_count,
            {between}::double as between_variance, 0 as value_total_between_variance;
        create table int_estimate_cells as select 'a' as cell_id, 'total' as domain, 'total' as category;
        create table int_interval_methods as
        select 'total' as domain, 'total' as category, '{rule}' as ci_method;
        """
    )
    sql = statement(
        "models/estimates/int_estimates_by_scope.sql", "stratified_estimates.sql", "imputation_variance.sql",
        "estimate_intervals.sql",
    )
    return connection.sql(f"select ci_lower_pct, ci_upper_pct, se_pct from ({sql})").fetchone()


@pytest.mark.parametrize("mean", [0.0, 1.0])
def test_decks_widen_the_interval_of_a_share_of_0_or_1(mean):
    """Clopper and Pearson's bound of 200 responses, and 19 degrees of freedom of twice the variance between decks."""
    between = 0.0004
    assert totals(0.0, 199, between, 20, mean)[3] == 200
    lower, upper, se = interval(mean, 0.0, between)
    distance = 100 * sqrt(
        (1 - 0.025 ** (1 / 200)) ** 2 + (stats.t.ppf(0.975, 19) * sqrt(2 * between)) ** 2
    )
    assert (lower, upper) == pytest.approx((0, distance) if mean == 0 else (100 - distance, 100))
    assert se == pytest.approx(100 * sqrt(2 * between), rel=1e-12)
    assert interval(mean, 0.0, 0.5)[:2] == (0, 100)


@pytest.mark.parametrize("mean", [0.0, 0.5, 1.0])
def test_a_single_response_has_no_interval(mean):
    """No degrees of freedom, no interval: not one from 0 or to 100 either."""
    assert interval(mean, 0.1 if mean == 0.5 else 0.0, 0.0, "korn_graubard", 1)[:2] == (None, None)


def test_korn_and_graubards_interval_is_of_the_total_variance():
    """Clopper and Pearson's of 40 % of 0.24 / T responses, times the square of a ratio of Student's quantiles."""
    se, between = 0.05, 0.0006
    lower, upper, total = interval(0.4, se, between, "korn_graubard")
    variance = se**2 + 2 * between
    assert total == pytest.approx(100 * sqrt(variance), rel=1e-12)
    degrees = totals(se, 199, between, 20)[2]
    count = 0.24 / variance * (stats.t.ppf(0.975, 199) / stats.t.ppf(0.975, degrees)) ** 2
    assert lower == pytest.approx(100 * stats.beta.ppf(0.025, 0.4 * count, 0.6 * count + 1), rel=1e-9)
    assert upper == pytest.approx(100 * stats.beta.ppf(0.975, 0.4 * count + 1, 0.6 * count), rel=1e-9)
    assert interval(0.4, se, between)[0] > lower


@pytest.mark.parametrize("rule", ["logit", "korn_graubard"])
def test_a_census_is_its_own_interval(rule):
    """No variance, neither of sampling nor of imputation: nothing is left open."""
    assert interval(0.5, 0.0, 0.0, rule) == (50, 50, 0)


def test_no_degrees_of_freedom_stay_none():
    """A single response has no degrees of freedom, whatever the decks say."""
    assert totals(0.3, 0, 0.01, 20)[2] == 0


@pytest.mark.parametrize("degrees", [1, 2.5, 28, 2568])
@pytest.mark.parametrize("probability", [0.025, 0.5, 0.975])
def test_student_quantile_and_probability_are_inverse(degrees, probability):
    """Both are scipy's, and undo each other."""
    quantile, back = CONNECTION.sql(
        f"select q, student_t_probability(q, {degrees}) from "
        f"(select student_t_quantile({probability}, {degrees}) as q)"
    ).fetchone()
    assert quantile == pytest.approx(stats.t.ppf(probability, degrees), rel=1e-12, abs=1e-15)
    assert back == pytest.approx(probability, rel=1e-12)


def test_beta_quantile_is_scipys():
    """Including shapes that are not whole."""
    found = CONNECTION.sql("select beta_quantile(0.025, 3.7, 41.2)").fetchone()[0]
    assert found == pytest.approx(stats.beta.ppf(0.025, 3.7, 41.2), rel=1e-12)


def test_what_has_no_value_is_null():
    """Null arguments, no degrees of freedom, a beta without a positive shape."""
    assert CONNECTION.sql(
        "select student_t_quantile(0.975, 0), student_t_quantile(0.975, null), "
        "beta_quantile(0.5, 0, 0), student_t_probability(null, 3)"
    ).fetchone() == (None,) * 4
    assert CONNECTION.sql("select student_t_probability('-inf'::double, 3)").fetchone() == (0,)
    assert inf > CONNECTION.sql("select student_t_quantile(0.975, 1e9)").fetchone()[0] > 1.95
