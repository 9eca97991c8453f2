"""What the published numbers of an edition give away of its strata.

Who has all that is published can set up a system of equations: the answers to a question are
counts, one a stratum and code, and each printed percentage bounds a weighted sum of them. Sectors
and size classes are margins of one table of strata, so a number that is withheld in one margin may
follow from the others. An attack solves that system for the least and the largest count of a
stratum. The audit turns it round: counts that fit everything published are *witnesses*, and what it
finds none for counts as given away.

    counts       one question asked of one base: by code and stratum, whole numbers from 0
    move         answers more of one code and less of another, by stratum. Whoever attacks does not
                 know how many are in a base that is not everybody; moves leave that as it is, so the
                 audit is stricter than need be
    published    of each indicator of the question the printed percentage by category. What else is
                 published beside it follows from it (pub_estimates)
    safe         in each stratum the hits of an indicator take at least so many values as the rule
                 on `stratum_value_count` says, two where one or two are in the base; and the strata
                 of a category together at least so many sets as that on `solution_count` says

Witnesses are looked for in two ways. Moves in three or five categories of one kind (sectors, say)
leave what is printed of each as it is, and cancel in the printed numbers of the other kind and of all
enterprises: pairs of moves are kept in a k-d tree, where a third finds its match. What is withheld
already is given to a solver too, which finds the others where the sectors hardly bind: a whole-number
program by HiGHS (Huangfu and Hall 2018, Mathematical Programming Computation 10), through
scipy.optimize.milp.

Reference: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np

Category = tuple[str, str]

TOTAL = ("total", "total")

# How many answers of a stratum a move may change, by itself and in the solver.
REACH, SOLVER_REACH = 4, 6

# How many are tried: moves of a category, matches of a move, pairs of codes of an indicator, pairs of
# moves that others are added to. How many moves of a category are kept for pairs, of either kind.
MOVES_TRIED, MATCHES_TRIED, PAIRS_TRIED, STARTS, MOVES_KEPT = 60, 16, 6, 200, 40


@dataclass(frozen=True)
class Frame:
    """The strata of an edition that have respondents: what is published of them.

    Attributes:
        respondents, population: a stratum, of which the weight follows.
        members: places of the strata of each category, by domain and category.
    """

    respondents: np.ndarray
    population: np.ndarray
    members: Mapping[Category, np.ndarray]

    @cached_property
    def weights(self) -> np.ndarray:
        """Population over respondents."""
        return self.population / self.respondents

    @cached_property
    def domain(self) -> str:
        """The domain with the most categories, in which moves are made."""
        names = [domain for domain, _ in self.members if domain != TOTAL[0]]
        return max(sorted(set(names)), key=names.count)

    def categories(self, domain: str) -> list[Category]:
        """Those of a domain, those with the fewest respondents first."""
        return sorted(
            (category for category in self.members if category[0] == domain),
            key=lambda category: (self.respondents[self.members[category]].sum(), category),
        )


@dataclass(frozen=True)
class Question:
    """A question asked of a base, and the truth about it.

    Attributes:
        counts: responses by code and stratum, shape (codes, strata).
        hits: by indicator, which of the codes are hits, shape (codes,).
    """

    counts: np.ndarray
    hits: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Unsafe:
    """What published numbers give away.

    Attributes:
        stratum: its place; None for the strata of the category together.
        found, expected: how many values, or sets of counts, there are and should be.
    """

    indicator: str
    category: Category
    stratum: int | None
    found: int
    expected: int


class Printed:
    """What is published of a question."""

    def __init__(
        self, frame: Frame, question: Question, shares: Mapping[str, Mapping[Category, float]]
    ):
        """
        Args:
            shares: by indicator and category the printed percentage; absent where withheld.
        """
        self.frame, self.question, self.shares = frame, question, shares
        self.base = question.counts.sum(axis=0)
        self.hit_counts = {
            indicator: question.counts[hits].sum(axis=0) for indicator, hits in question.hits.items()
        }

    def room(self, gaining: int, losing: int, category: Category) -> tuple[float, float]:
        """The least and the most that Σ w Δ of a category may be, for moves between two codes."""
        places = self.frame.members[category]
        weights = self.frame.weights[places]
        base = weights @ self.base[places]
        low, high = -np.inf, np.inf
        for indicator, hits in self.question.hits.items():
            sign = int(hits[gaining]) - int(hits[losing])
            if not sign or category not in self.shares.get(indicator, {}):
                continue
            true = weights @ self.hit_counts[indicator][places]
            ends = sorted(
                sign * ((self.shares[indicator][category] + half) / 100 * base - true)
                for half in (-0.05, 0.05)
            )
            # The truth fits, whatever the last bit of a sum says.
            low, high = max(low, min(ends[0], 0)), min(high, max(ends[1], 0))
        return low, high


class Moves:
    """Moves between two codes of a question, and those that are witnesses."""

    def __init__(self, printed: Printed, gaining: int, losing: int):
        from scipy.spatial import cKDTree

        frame = printed.frame
        self.printed, self.gaining, self.losing = printed, gaining, losing
        self.sectors = frame.categories(frame.domain)
        margins = [category for category in frame.members if category[0] != frame.domain]
        self.weights, self.rooms = self.weights_of(margins), self.rooms_of(margins)
        # In units of the room of each margin; where there is no bound, nothing counts.
        is_bounded = np.isfinite(self.rooms).all(axis=1)
        half = np.subtract(*self.rooms.T[::-1], where=is_bounded, out=np.ones(len(margins))) / 2
        self.scale = np.where(is_bounded, 1 / np.maximum(half, 1e-9), 0)
        self.middle = np.where(is_bounded, np.where(is_bounded[:, None], self.rooms, 0).mean(axis=1), 0)
        self.of_sector = [self.possible(sector) for sector in self.sectors]
        # Those that change the margins least, and those of the fewest answers.
        kept = [
            np.union1d(
                np.arange(min(MOVES_KEPT, len(moves))),
                np.argsort(np.abs(moves).sum(axis=1), kind="stable")[:MOVES_KEPT],
            )
            for moves in self.of_sector
        ]
        effects = [
            self.effects(moves)[numbers] for moves, numbers in zip(self.of_sector, kept, strict=True)
        ]
        # Pairs of moves in two categories: which, and what they do together.
        sizes = [len(numbers) for numbers in kept]
        total = sum(one * other for one, other in combinations(sizes, 2))
        self.pairs, self.sums = np.empty((total, 4), int), np.empty((total, len(margins)))
        end = 0
        for one, other in combinations(range(len(kept)), 2):
            start, end = end, end + sizes[one] * sizes[other]
            self.pairs[start:end, 0], self.pairs[start:end, 1] = one, other
            self.pairs[start:end, 2] = np.tile(kept[one], sizes[other])
            self.pairs[start:end, 3] = np.repeat(kept[other], sizes[one])
            together = self.sums[start:end].reshape(sizes[other], sizes[one], len(margins))
            np.add(effects[one], effects[other][:, None], out=together)
        # Without a bound on any margin, every move fits by itself.
        self.tree = None
        if len(self.sums) and is_bounded.any():
            # To balance it takes longer than it spares the few questions that it is asked.
            self.tree = cKDTree(self.sums, balanced_tree=False, compact_nodes=False)
        # Pairs that another pair is added to, drawn once and for all.
        self.starts = np.random.default_rng(0).integers(max(len(self.pairs), 1), size=(STARTS, 1))

    def weights_of(self, categories: list[Category]) -> np.ndarray:
        """Weights of the strata of each category, and 0 elsewhere, shape (categories, strata)."""
        weights = np.zeros((len(categories), self.printed.frame.weights.size))
        for row, category in enumerate(categories):
            places = self.printed.frame.members[category]
            weights[row, places] = self.printed.frame.weights[places]
        return weights

    def rooms_of(self, categories: list[Category]) -> np.ndarray:
        """`Printed.room` of each category, shape (categories, 2)."""
        return np.array(
            [self.printed.room(self.gaining, self.losing, category) for category in categories]
        )

    def possible(self, sector: Category) -> np.ndarray:
        """Moves within a category that leave what is printed of it, shape (moves, strata).

        Those first that change the other margins least; no move at all is one.
        """
        counts, places = self.printed.question.counts, self.printed.frame.members[sector]
        ranges = [
            np.arange(
                -min(REACH, int(counts[self.gaining, place])),
                min(REACH, int(counts[self.losing, place])) + 1,
            )
            for place in places
        ]
        steps = np.stack([axis.ravel() for axis in np.meshgrid(*ranges, indexing="ij")], axis=1)
        low, high = self.printed.room(self.gaining, self.losing, sector)
        sums = steps @ self.printed.frame.weights[places]
        steps = steps[(low <= sums) & (sums <= high) | ~steps.any(axis=1)]
        effects = np.abs(self.effects(steps, places)).max(axis=1)
        moves = np.zeros((len(steps), self.printed.frame.weights.size))
        moves[:, places] = steps[np.argsort(effects, kind="stable")]
        return moves

    def effects(self, moves: np.ndarray, places: np.ndarray | slice = slice(None)) -> np.ndarray:
        """What moves in these strata do to each margin, in units of its room, shape (moves, margins)."""
        return moves @ self.weights[:, places].T * self.scale

    def witness(self, sector: int, move: np.ndarray) -> np.ndarray | None:
        """A move that fits everything published, of one in a category and two or four elsewhere."""
        if self.tree is None:
            return move if self.fits(move) else None
        wanted = self.middle * self.scale - self.effects(move)
        for start, targets, most in (
            (np.zeros((1, 0), int), wanted[None], MATCHES_TRIED),
            (self.starts, wanted - self.sums[self.starts[:, 0]], 1),
        ):
            distances, found = self.tree.query(
                targets, k=[*range(1, most + 1)], p=np.inf, distance_upper_bound=1
            )
            for row, place in zip(*np.nonzero(np.isfinite(distances)), strict=True):
                whole = self.joined(sector, move, [*start[row], found[row, place]])
                if whole is not None:
                    return whole
        return None

    def joined(self, sector: int, move: np.ndarray, pairs: list[int]) -> np.ndarray | None:
        """A move and pairs of others as one; None where two are of one category, or it does not fit."""
        parts = self.pairs[pairs]
        used = [sector, *parts[:, :2].ravel()]
        if len(set(used)) < len(used):
            return None
        whole = move + sum(
            self.of_sector[place][step]
            for part in parts for place, step in (part[[0, 2]], part[[1, 3]])
        )
        return whole if self.fits(whole) else None

    def fits(self, move: np.ndarray) -> bool:
        """Whether counts after a move fit what is printed of the margins; each part fits its sector."""
        sums = self.weights @ move
        return not ((sums < self.rooms[:, 0]) | (sums > self.rooms[:, 1])).any()

    def solved(self, stratum: int, least: int) -> np.ndarray | None:
        """A move that fits, with so many hits more in a stratum, or fewer where it is negative."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        counts, categories = self.printed.question.counts, list(self.printed.frame.members)
        low = -np.minimum(counts[self.gaining], SOLVER_REACH)
        high = np.minimum(counts[self.losing], SOLVER_REACH)
        if not low[stratum] <= least <= high[stratum]:
            return None
        (low if least > 0 else high)[stratum] = least
        found = milp(
            np.random.default_rng(stratum).normal(size=len(low)),
            integrality=np.ones(len(low)), bounds=Bounds(low, high),
            constraints=LinearConstraint(
                self.weights_of(categories), *self.rooms_of(categories).T
            ),
            options={"node_limit": 100, "mip_rel_gap": 1.0},
        )
        return None if found.x is None else np.round(found.x)


def unsafe(
    printed: Printed, values: int, solutions: int,
    only: Set[tuple[str, Category]] | None = None, solve: Set[Category] = frozenset(),
) -> Iterator[Unsafe]:
    """What is given away of a question, indicator by indicator; nothing where nothing is published.

    Args:
        values: how many values the hits of a stratum have to take.
        solutions: how many sets of counts the strata of a category have to take together.
        only: the indicators and categories to look at; None for all.
        solve: the categories for which the solver is asked as well.
    """
    frame, question, known = printed.frame, printed.question, {}
    if not any(printed.shares.get(indicator) for indicator in question.hits):
        return
    answers = question.counts.sum(axis=1)
    for indicator, hits in question.hits.items():
        sectors = [
            (number, sector) for number, sector in enumerate(frame.categories(frame.domain))
            if only is None or (indicator, sector) in only
        ]
        pairs = sorted(
            product(np.flatnonzero(hits), np.flatnonzero(~hits)),
            key=lambda pair: (-min(answers[list(pair)]), pair),
        )[:PAIRS_TRIED] if sectors else []
        for number, sector in sectors:
            found = Found(printed, sector, values, solutions)
            for pair in pairs:
                if not found.lacking():
                    break
                if pair not in known:
                    known[pair] = Moves(printed, *pair)
                found.look(known[pair], number)
                if sector in solve:
                    found.ask(known[pair])
            for stratum, count, needed in found.lacking():
                yield Unsafe(indicator, sector, stratum, count, needed)


class Found:
    """The sets of counts found for the strata of a category, as moves from the true ones."""

    def __init__(self, printed: Printed, sector: Category, values: int, solutions: int):
        self.places = printed.frame.members[sector]
        base = printed.base[self.places]
        # None in the base leaves one value, one or two leave two.
        self.values = [int(min(values, max(count, 2), count + 1)) for count in base]
        self.solutions = int(min(solutions, np.prod(self.values)))
        self.steps = {(0.0,) * len(self.places)}

    def lacking(self) -> list[tuple[int | None, int, int]]:
        """Strata that take too few values, or None for all together: how many, how many needed."""
        seen = [len({step[place] for step in self.steps}) for place in range(len(self.places))]
        found = [
            (int(stratum), count, needed)
            for stratum, count, needed in zip(self.places, seen, self.values, strict=True)
            if count < needed
        ]
        if len(self.steps) < self.solutions:
            found.append((None, len(self.steps), self.solutions))
        return found

    def helps(self, step: tuple[float, ...], lacking: list[tuple[int | None, int, int]]) -> bool:
        """Whether a set of counts is one more that is needed."""
        strata = {stratum for stratum, _, _ in lacking}
        return step not in self.steps and (
            None in strata
            or any(
                stratum in strata and step[place] not in {one[place] for one in self.steps}
                for place, stratum in enumerate(self.places)
            )
        )

    def look(self, moves: Moves, number: int) -> None:
        """Try moves of the category, those first that change the margins least."""
        tried, lacking = 0, self.lacking()
        for move in moves.of_sector[number]:
            if not lacking or tried == MOVES_TRIED:
                return
            step = tuple(move[self.places])
            if self.helps(step, lacking):
                tried += 1
                if moves.witness(number, move) is not None:
                    self.steps.add(step)
                    lacking = self.lacking()

    def ask(self, moves: Moves) -> None:
        """Have the solver look for what is lacking."""
        for (place, stratum), least in product(enumerate(self.places), (1, -1, 2, -2, 3, -3)):
            lacking = {stratum for stratum, _, _ in self.lacking()}
            if not lacking:
                return
            if not {stratum, None} & lacking or least in {step[place] for step in self.steps}:
                continue
            move = moves.solved(int(stratum), least)
            if move is not None:
                self.steps.add(tuple(move[self.places]))
