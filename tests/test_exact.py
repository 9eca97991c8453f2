"""Whole numbers near a draft that meet published ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.synthetic.exact import Row, interval, least_change


@st.composite
def problems(draw):
    """A draft, and rows that some other counts of the same cells meet."""
    cells, patterns = draw(st.integers(1, 6)), draw(st.integers(2, 4))
    counts = st.lists(st.integers(0, 12), min_size=patterns, max_size=patterns)
    draft = np.array([draw(counts) for _ in range(cells)])
    hidden = np.array([np.random.default_rng(sum(row)).permutation(row) for row in draft])
    weights = np.array(draw(st.lists(st.floats(1, 50), min_size=cells, max_size=cells)))
    rows = []
    for pattern in range(draw(st.integers(1, patterns))):
        coefficients = np.zeros(draft.shape)
        coefficients[:, pattern] = weights
        value = float((coefficients * hidden).sum())
        reach = weights.max() / 4
        rows.append(Row(f"row {pattern}", coefficients, value - reach, value + reach))
    return draft, weights, rows


@given(problems())
@settings(deadline=None, max_examples=40)
def test_counts_meet_every_row(problem):
    """Every row holds, every cell keeps its respondents, and no count is negative."""
    draft, prices, rows = problem
    counts = least_change(draft, prices, rows)
    assert (counts >= 0).all()
    assert (counts.sum(axis=1) == draft.sum(axis=1)).all()
    for row in rows:
        assert row.low - 1e-6 <= (row.coefficients * counts).sum() <= row.high + 1e-6


def test_a_draft_that_fits_stays():
    """Nothing changes where nothing has to."""
    draft = np.array([[3, 4], [5, 0]])
    row = Row("fits", np.array([[2.0, 0.0], [7.0, 0.0]]), 40.9, 41.1)
    assert (least_change(draft, np.ones(2), [row]) == draft).all()


def test_the_impossible_is_named():
    """Where no whole numbers meet a row, the error names it."""
    row = Row("tabel_3 of nothing", np.array([[2.0, 0.0]]), 2.9, 3.1)
    with pytest.raises(ValueError, match="tabel_3 of nothing"):
        least_change(np.array([[1, 3]]), np.ones(1), [row])


@pytest.mark.parametrize(
    ("value", "unit", "inside", "outside"),
    [
        (6.3, "percent", [6.2502, 6.3497], [6.2499, 6.3501]),
        (1022, "count", [1022], [1021.4, 1022.6]),
    ],
)
def test_interval_is_what_rounds_to_a_value(value, unit, inside, outside):
    """Numbers inside round to the published one, numbers outside do not."""
    low, high = interval(value, unit)
    assert all(low <= number <= high for number in inside)
    assert not any(low <= number <= high for number in outside)
