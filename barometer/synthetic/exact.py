"""Whole numbers that reproduce published ones: the least change of a draft that meets every row, by integer programming.

Respondents that are alike for the purpose form a cell, and each answers by one of a few patterns; a draft says how many
of a cell answer by each. Published numbers are linear in those counts. HiGHS (Huangfu and Hall 2018, Mathematical
Programming Computation 10, 119-142) finds the counts nearest to the draft that meet them all.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, eye_array, hstack, vstack

TOLERANCE = {"percent": 0.05, "count": 0.5}
"""Half of the last decimal that the report prints, by unit."""

MARGIN = 1e-4
"""Kept from the edge of what rounds to a published number, in its unit."""

REACHES = (1, 2, 3, 4, 6, 10, 100)
"""How far counts may lie from their draft, in standard deviations of a fair coin: the first that suffices is taken."""

GOOD_ENOUGH = 0.7
"""Share of the price that may be avoidable: what is exact are the published numbers; how near the draft is, is taste."""

BETTER = 0.3
"""The same, where further steps build on what is found: near a draft, whose numbers go together, they are sooner done."""

NODES_AT_MOST = 2_000
"""Of the search tree, for one reach."""


@dataclass(frozen=True)
class Row:
    """low <= sum(coefficients * counts) <= high; `coefficients` float (cells, patterns); `name` is for errors."""

    name: str
    coefficients: np.ndarray
    low: float
    high: float


def interval(value: float, unit: str) -> tuple[float, float]:
    """The numbers that round to a published one."""
    reach = TOLERANCE[unit] - MARGIN
    return value - reach, value + reach


def least_change(
    draft: np.ndarray, prices: np.ndarray, rows: list[Row], avoidable: float = GOOD_ENOUGH
) -> np.ndarray:
    """Counts near `draft` that meet all rows; every cell keeps its number of respondents.

    Args:
        draft: respondents by cell and pattern, int (cells, patterns).
        prices: what moving one respondent of a cell costs, float (cells,).
        rows: what has to hold.
        avoidable: share of the price that may be.

    Raises:
        ValueError: no counts meet all rows; names them.
    """
    cells, patterns = draft.shape
    size = draft.size
    if not rows or not size:
        return draft
    wanted = np.array([row.coefficients.ravel() for row in rows], dtype=float)
    scale = np.abs(wanted).max(axis=1, initial=1e-9)
    held, members = draft.ravel(), np.repeat(draft.sum(axis=1), patterns)
    one = eye_array(size)
    keeps = coo_array((np.ones(size), (np.arange(size) // patterns, np.arange(size))), (cells, size))
    # Variables: the counts, then how far each is from its draft.
    constraints = [
        (hstack([keeps, coo_array((cells, size))]), draft.sum(axis=1), draft.sum(axis=1)),
        (
            hstack([coo_array(wanted / scale[:, None]), coo_array((len(rows), size))]),
            np.array([row.low for row in rows]) / scale,
            np.array([row.high for row in rows]) / scale,
        ),
        (hstack([one, -one]), np.full(size, -np.inf), held),
        (hstack([one, one]), held, np.full(size, np.inf)),
    ]
    for reach in REACHES:
        far = np.ceil(reach * 0.5 * np.sqrt(members))
        low, high = np.maximum(held - far, 0), np.minimum(held + far, members)
        solution = solve(
            np.concatenate([np.zeros(size), np.repeat(prices, patterns)]),
            constraints,
            np.concatenate([low, np.zeros(size)]),
            np.concatenate([high, far]),
            np.repeat([1, 0], size),
            avoidable,
        )
        if solution is not None:
            return solution[:size].round().astype(int).reshape(draft.shape)
    raise ValueError(f"no whole numbers of respondents meet {'; '.join(dict.fromkeys(row.name for row in rows))}")


def solve(
    prices: np.ndarray,
    constraints: list[tuple],
    low: np.ndarray,
    high: np.ndarray,
    whole: np.ndarray,
    avoidable: float,
) -> np.ndarray | None:
    """Values between `low` and `high`, those of `whole` whole, of a low price, that meet (matrix, low, high) constraints.

    None where there are none, or none was found within `NODES_AT_MOST`: a number of nodes, not a time, so that every
    machine finds the same.
    """
    result = milp(
        prices,
        integrality=whole,
        bounds=Bounds(low, high),
        constraints=LinearConstraint(
            vstack([matrix for matrix, _, _ in constraints]).tocsc(),
            np.concatenate([least for _, least, _ in constraints]),
            np.concatenate([most for _, _, most in constraints]),
        ),
        options={"mip_rel_gap": avoidable, "node_limit": NODES_AT_MOST},
    )
    return result.x
