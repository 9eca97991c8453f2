"""Expected shares per stratum: raking on the logit scale to what is published, or else assumed, of an indicator.

A row of targets is (mask, percentage): of the weighted enterprises of a base inside the mask, bool (H,), this percentage
is expected to be a hit. H is the number of strata.
"""

import numpy as np

from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design, Indicator

Targets = list[tuple[np.ndarray, float]]

RAKING_SWEEPS = 60


def targets(design: Design, settings: Settings, indicator: Indicator, edition: int) -> Targets:
    """Target rows of an indicator: percentages that an edition publishes, and assumed ones where nothing is published.

    Sectors come first, then size classes, then the total; empty where nothing is known.
    """
    found: dict[tuple[str, str], float] = {}
    for figure in design.figures_of(edition):
        if (figure["indicator"], figure["base"], figure["unit"]) == (indicator.id, indicator.base, "percent"):
            found[figure["domain"], figure["category"]] = float(figure["value"])
    for assumed_indicator, assumed_base, domain, category, percentage, *_ in settings.assumed(edition):
        if (assumed_indicator, assumed_base) == (indicator.id, indicator.base) and design.has(domain, category):
            found.setdefault((domain, category), float(percentage))
    order = ("sector", "size", "total")
    return [(design.mask(*key), found[key]) for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))]


def expected_shares(
    design: Design, settings: Settings, indicator: Indicator, base_counts: np.ndarray, spread: np.ndarray
) -> np.ndarray | None:
    """Expected share of hits per stratum, float (H,); None where the edition has no target for the total.

    `base_counts` (H,) respondents of the base; `spread` (H,) logit effects that hold where nothing is wanted. Sectors and
    size classes of which an edition says nothing are shaped like those of the edition that its profile names.
    """
    own = targets(design, settings, indicator, design.edition)
    if not own or not own[-1][0].all():
        return None
    logits = spread.astype(float)
    base_weights = design.weights * base_counts
    for edition in (settings.edition.get("shaped_like"), design.edition):
        if edition is not None:
            logits = _rake(base_weights, targets(design, settings, indicator, edition), logits)
    return 1 / (1 + np.exp(-np.clip(logits, -12, 12)))


def _rake(base_weights: np.ndarray, wanted: Targets, logits: np.ndarray) -> np.ndarray:
    """Logits, float (H,), shifted over each wanted mask in turn until all of them are met."""
    logits = logits.copy()
    for _ in range(RAKING_SWEEPS):
        for mask, percentage in wanted:
            total = base_weights[mask].sum()
            if total > 0:
                now = (base_weights[mask] / (1 + np.exp(-logits[mask]))).sum() / total
                logits[mask] += _logit(percentage / 100) - _logit(now)
    return logits


def _logit(share: float) -> float:
    inside = min(max(float(share), 0.0005), 0.9995)
    return float(np.log(inside / (1 - inside)))
