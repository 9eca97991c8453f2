"""How many sets of answers can be behind a printed percentage.

The report prints, for every sector and size class, percentages to one decimal, and beside
them the population and the usable responses of every stratum. Who knows these can count
backwards: counts, one a stratum, are a *solution* of a cell when they give the percentage that
the cell prints. The fewer solutions, the nearer the cell is to giving away the answers
themselves.

    everybody      the counts are those of the hits, 0 to n_h in stratum h: a solution when
                   Σ w a / Σ w n rounds to what is printed
    another base   the counts are those of the base, such as the adopters, 0 to n_h: a solution
                   when its share of everybody rounds to what is printed of that, and at least
                   one set of hits, 0 to the base in each stratum, gives the cell's own
                   percentage. A row is the cells of one table and category together: one
                   base solution has to produce them all

Weights are fractions, population over usable responses: over their common denominator
everything is an integer, and every comparison exact. A share that lies exactly halfway
between two printed numbers is compatible with both. Counting stops at a limit that is
passed in: that many then means that many or more.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, islice
from math import lcm
from operator import mul

import pyarrow as pa

DISCLOSURE_SCHEMA = pa.schema(
    [
        ("cell_id", pa.string()),
        ("edition", pa.int16()),
        ("table_id", pa.string()),
        ("indicator_id", pa.string()),
        ("base_id", pa.string()),
        ("domain", pa.string()),
        ("category", pa.string()),
        ("printed_pct", pa.float64()),
        ("base_printed_pct", pa.float64()),
        ("cell_solution_count", pa.int32()),
        ("row_solution_count", pa.int32()),
        ("is_explained_by_few", pa.bool_()),
    ]
)

# Percentages are printed with one decimal: in thousandths of the base, a whole number.
PER_PRINTED_UNIT = 1000


def disclosure_risks(
    cells: pa.Table, strata: pa.Table, domains: pa.Table, rules: pa.Table, solution_limit: int
) -> pa.Table:
    """Count the solutions behind every printed cell.

    Args:
        cells: `int_cells_printed`.
        strata: `int_strata_weighted`.
        domains: `int_strata_domains`.
        rules: seed `confidentiality_rules`; a cell is explained by few solutions when it, or its
            row, has fewer than the one on `solution_count` asks for, in any edition.
        solution_limit: where counting stops.

    Returns:
        One row a cell, schema `DISCLOSURE_SCHEMA`, in the order of its key.

    Raises:
        ValueError: that threshold is above the limit.
    """
    (threshold,) = (
        rule["threshold"] for rule in rules.to_pylist() if rule["measure"] == "solution_count"
    )
    if threshold > solution_limit:
        raise ValueError(
            "seeds/reference/confidentiality_rules.csv, measure solution_count: found threshold "
            f"{threshold:g}; expected at most the solution_limit of the model "
            f"int_disclosure_risks, {solution_limit}"
        )
    categories = defaultdict(list)
    for row in domains.to_pylist():
        categories[row["stratum_number"]].append((row["domain"], row["category"]))
    weights, limits = defaultdict(list), defaultdict(list)
    for stratum in strata.to_pylist():
        if stratum["usable_count"]:
            for category in categories[stratum["stratum_number"]]:
                place = (stratum["edition"], *category)
                weights[place].append(
                    Fraction(
                        stratum["weighted_population_count"], stratum["weighted_usable_count"]
                    )
                )
                limits[place].append(stratum["usable_count"])
    rows = defaultdict(list)
    for cell in cells.to_pylist():
        rows[
            cell["edition"], cell["table_id"], cell["domain"], cell["category"], cell["base_id"]
        ].append(cell)
    risks = []
    for (edition, _, domain, category, _), row in rows.items():
        place = (edition, domain, category)
        for cell, counts in zip(
            row, solution_counts(row, weights[place], limits[place], solution_limit), strict=True
        ):
            few = any(
                solutions is not None and solutions < threshold for solutions in counts.values()
            )
            risks.append(
                {name: cell.get(name) for name in DISCLOSURE_SCHEMA.names}
                | counts
                | {"is_explained_by_few": few}
            )
    key = ("edition", "table_id", "category", "indicator_id")
    risks.sort(key=lambda risk: tuple(risk[name] for name in key))
    return pa.Table.from_pylist(risks, schema=DISCLOSURE_SCHEMA)


def solution_counts(
    row: list[dict], weights: Sequence[Fraction], limits: Sequence[int], solution_limit: int
) -> list[dict]:
    """Solutions compatible with each cell of a row, and with all of them together."""
    whole, limits = whole_weights(weights, limits)
    shares = [printed_units(cell["printed_pct"]) for cell in row]
    if row[0]["is_base_everybody"]:
        total = weighted(whole, limits)
        return [
            {
                "cell_solution_count": count(
                    solutions_with_share(whole, limits, total, share), solution_limit
                ),
                "row_solution_count": None,
            }
            for share in shares
        ]
    bases = base_solutions(whole, limits, printed_units(row[0]["base_printed_pct"]))
    cell_counts, row_count = count_bases(whole, bases, shares, solution_limit)
    return [
        {"cell_solution_count": cell_count, "row_solution_count": row_count}
        for cell_count in cell_counts
    ]


def whole_weights(
    weights: Sequence[Fraction], limits: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Weights over their common denominator, the largest first, and the limits with them."""
    denominator = lcm(*(weight.denominator for weight in weights))
    pairs = sorted(
        ((int(weight * denominator), limit) for weight, limit in zip(weights, limits, strict=True)),
        reverse=True,
    )
    return tuple(weight for weight, _ in pairs), tuple(limit for _, limit in pairs)


def printed_units(percentage: float | None) -> int | None:
    """A printed percentage as a whole number of its last decimal; None where a dash is printed."""
    return None if percentage is None else round(percentage * PER_PRINTED_UNIT / 100)


def weighted(weights: Sequence[int], counts: Sequence[int]) -> int:
    """Σ w a."""
    return sum(map(mul, weights, counts))


def base_solutions(
    weights: Sequence[int], limits: Sequence[int], share: int | None
) -> Iterator[tuple[int, ...]]:
    """Base solutions whose share of everybody is the printed one; all where none is printed."""
    total = weighted(weights, limits)
    if share is None:
        return solutions_within(weights, limits, 0, total)
    return solutions_with_share(weights, limits, total, share)


def count_bases(
    weights: Sequence[int],
    bases: Iterator[tuple[int, ...]],
    shares: Sequence[int | None],
    solution_limit: int,
) -> tuple[list[int], int]:
    """Base solutions that can produce each share, and all of them."""
    share_counts, all_count = [0] * len(shares), 0
    for base in bases:
        if all_count >= solution_limit:
            break
        total = weighted(weights, base)
        produced = [
            next(solutions_with_share(weights, base, total, share), None) is not None
            for share in shares
        ]
        share_counts = [
            share_count + is_produced
            for share_count, is_produced in zip(share_counts, produced, strict=True)
        ]
        all_count += all(produced)
    return [min(share_count, solution_limit) for share_count in share_counts], all_count


def solutions_with_share(
    weights: Sequence[int], limits: Sequence[int], total: int, share: int | None
) -> Iterator[tuple[int, ...]]:
    """Solutions up to the limits whose sum, as a share of the total, prints as `share`.

    Without anybody in the base a dash is printed, and nothing else is.
    """
    if total == 0 or share is None:
        return iter([(0,) * len(limits)] if total == 0 and share is None else [])
    doubled = 2 * PER_PRINTED_UNIT
    low = -((1 - 2 * share) * total // doubled)
    high = (2 * share + 1) * total // doubled
    return solutions_within(weights, limits, low, high)


def solutions_within(
    weights: Sequence[int], limits: Sequence[int], low: int, high: int
) -> Iterator[tuple[int, ...]]:
    """Every solution of whole numbers, 0 to its limit each, with low ≤ Σ w a ≤ high.

    Depth first; a branch whose rest cannot reach the interval is never entered.
    """
    pairs = list(zip(weights, limits, strict=True))
    # What the places from each one on can add at most.
    reach = [*accumulate((weight * limit for weight, limit in reversed(pairs)), initial=0)][::-1]

    last = len(pairs) - 1

    def branches(place: int, low: int, high: int) -> Iterator[tuple[int, ...]]:
        weight, limit = pairs[place]
        fewest = max(0, -((reach[place + 1] - low) // weight))
        for value in range(fewest, min(limit, high // weight) + 1):
            if place == last:
                yield (value,)
                continue
            for others in branches(place + 1, low - weight * value, high - weight * value):
                yield (value, *others)

    if not pairs:
        return iter([()] if low <= 0 <= high else [])
    return branches(0, low, high)


def count(solutions: Iterator, solution_limit: int) -> int:
    """How many there are, up to the limit."""
    return sum(1 for _ in islice(solutions, solution_limit))
