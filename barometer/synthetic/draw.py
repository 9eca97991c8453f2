"""Draw: the few random choices that the synthetic data are made of, written out so that they last.

Only `Generator.random` and `Generator.standard_normal` are used anywhere, never `choice` or `shuffle`, whose streams
may change between releases of numpy.
"""

from collections.abc import Sequence

import numpy as np


def sample(rng: np.random.Generator, size: int, count: int) -> np.ndarray:
    """`count` distinct indices below `size` in random order, int (count,). ValueError where there are too few."""
    if count > size:
        raise ValueError(f"cannot draw {count} out of {size}")
    return np.argsort(rng.random(size), kind="stable")[:count]


def weighted_sample(rng: np.random.Generator, odds: np.ndarray, count: int) -> np.ndarray:
    """`count` distinct indices with probabilities that grow with `odds` (0: never), int (count,)."""
    if count > np.count_nonzero(odds):
        raise ValueError(f"cannot draw {count} out of {np.count_nonzero(odds)}")
    uniform = rng.random(len(odds))
    keys = np.where(odds > 0, -np.log1p(-uniform) / np.where(odds > 0, odds, 1), np.inf)
    return np.argsort(keys, kind="stable")[:count]


def pick(rng: np.random.Generator, weights: Sequence[float], count: int) -> np.ndarray:
    """`count` indices into `weights` with replacement, in proportion to them, int (count,)."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
