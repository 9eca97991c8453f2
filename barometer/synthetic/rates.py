"""Fit counts per stratum to published percentages: raking on the logit scale, then whole numbers by local search.

A row of targets is (mask, percentage): of the weighted enterprises of a base inside the mask, bool (H,), this percentage
is to be a hit. H is the number of strata; counts are unweighted respondents.
"""

from collections.abc import Sequence

import numpy as np

from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design

Targets = list[tuple[np.ndarray, float]]

RAKING_SWEEPS = 60
HALF_A_DECIMAL = 0.05
STAY_COST = 0.02
STEPS_AT_MOST = 2000


def targets(design: Design, settings: Settings, indicator: str, base: str) -> Targets:
    """Target rows of an indicator in a base: published percentages, and assumed ones where nothing is published.

    Sectors come first, then size classes, then the total. ValueError if there is no total.
    """
    found: dict[tuple[str, str], float] = {}
    for figure in design.figures:
        if (figure["indicator"], figure["base"], figure["unit"]) == (indicator, base, "percent"):
            found[figure["domain"], figure["category"]] = float(figure["value"])
    for assumed_indicator, assumed_base, domain, category, percentage in settings["assumed"]["rows"]:
        if (assumed_indicator, assumed_base) == (indicator, base) and design.has(domain, category):
            found.setdefault((domain, category), float(percentage))
    if ("total", "total") not in found:
        raise ValueError(f"profile.toml: [assumed] has no total of {indicator!r} in base {base!r}, nor is it published")
    order = ("sector", "size", "total")
    return [(design.mask(*key), found[key]) for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))]


def published_count(design: Design, indicator: str | None) -> int | None:
    """An unweighted count that the report prints, or None."""
    for figure in design.figures:
        if (figure["indicator"], figure["unit"]) == (indicator, "count"):
            return int(figure["value"])
    return None


def quotas(
    weights: np.ndarray,
    members: np.ndarray,
    wanted: Targets,
    spread: np.ndarray,
    noise: np.ndarray,
    lower: np.ndarray | None = None,
    upper: np.ndarray | None = None,
    base_members: np.ndarray | None = None,
    count: int | None = None,
) -> np.ndarray:
    """Hits per stratum, int (H,), whose weighted percentages come near `wanted` without every stratum being average.

    `weights` (H,) enterprises per respondent; `members` (H,) respondents that can be hits; `spread` (H,) logit effects
    that stand where nothing is wanted; `noise` (H,) deviations of the counts in them. Hits stay within `lower` and
    `upper`. Percentages are of `base_members` (default: the members). `count`: wanted sum of the hits.
    """
    base_members = members if base_members is None else base_members
    lower = np.zeros(len(members), dtype=int) if lower is None else lower
    upper = members if upper is None else np.minimum(upper, members)
    shares = _rake(weights * base_members, wanted, spread)
    expected = np.clip(shares * base_members + noise, lower, upper)
    effects, goals = [], []
    for mask, percentage in wanted:
        total = float((weights * base_members)[mask].sum())
        if total > 0:
            effects.append(np.where(mask, 100 * weights / total, 0.0) / HALF_A_DECIMAL)
            goals.append(percentage / HALF_A_DECIMAL)
    if count is not None:
        effects.append(np.ones(len(members)) * 2)
        goals.append(count * 2.0)
    return _nearest(expected, lower, upper, np.array(effects), np.array(goals), base_members * shares * (1 - shares))


def _rake(base_weights: np.ndarray, wanted: Targets, spread: np.ndarray) -> np.ndarray:
    """Probabilities, float (H,), additive on the logit scale over the wanted masks, that meet each of them in turn."""
    logits = spread.astype(float).copy()
    for _ in range(RAKING_SWEEPS):
        for mask, percentage in wanted:
            total = base_weights[mask].sum()
            if total > 0:
                now = (base_weights[mask] / (1 + np.exp(-logits[mask]))).sum() / total
                logits[mask] += _logit(percentage / 100) - _logit(now)
    return 1 / (1 + np.exp(-np.clip(logits, -12, 12)))


def _logit(share: float) -> float:
    inside = min(max(float(share), 0.0005), 0.9995)
    return float(np.log(inside / (1 - inside)))


def _nearest(
    expected: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    effects: np.ndarray,
    goals: np.ndarray,
    variances: np.ndarray,
) -> np.ndarray:
    """Whole numbers near `expected` with small squared residuals of `effects` @ hits − `goals`.

    Steepest descent over every change of one or two strata by one. Costs are rounded before they are compared, so that
    the last bit of a floating-point sum never decides.
    """
    strata = len(expected)
    hits = np.clip(np.floor(expected + 0.5).astype(int), lower, upper)
    units = np.concatenate([np.eye(strata, dtype=int), -np.eye(strata, dtype=int)])
    first, second = np.triu_indices(len(units), k=1)
    pairs = units[first] + units[second]
    moves = np.concatenate([units, pairs[np.abs(pairs).sum(axis=1) == 2]])
    steps = effects @ moves.T
    squares = (steps**2).sum(axis=0)
    stay = STAY_COST / (variances + 0.1)
    for _ in range(STEPS_AT_MOST):
        residuals = effects @ hits - goals
        change = squares + 2 * residuals @ steps
        change += (moves**2 * stay).sum(axis=1) + 2 * moves @ (stay * (hits - expected))
        can_rise, can_fall = hits < upper, hits > lower
        allowed = ~((moves > 0) & ~can_rise).any(axis=1) & ~((moves < 0) & ~can_fall).any(axis=1)
        allowed &= ((hits + moves >= lower) & (hits + moves <= upper)).all(axis=1)
        change = np.where(allowed, np.round(change, 7), np.inf)
        best = int(np.argmin(change))
        if change[best] >= -1e-6:
            return hits
        hits = hits + moves[best]
    return hits


def chosen(scores: np.ndarray, strata: np.ndarray, members: np.ndarray, hits: Sequence[int]) -> np.ndarray:
    """The members with the highest scores of each stratum, as many as its hits, bool (n,)."""
    result = np.zeros(len(scores), dtype=bool)
    for stratum, count in enumerate(hits):
        inside = np.flatnonzero((strata == stratum) & members)
        result[inside[np.argsort(-scores[inside], kind="stable")[:count]]] = True
    return result
