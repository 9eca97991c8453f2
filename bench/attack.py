"""An attack on what a release publishes: which counts of strata follow from release/public alone.

    python bench/attack.py [release/public] [--sectors N] [--withheld N]

Reads two files of the public CSV folder: fct_estimates and dim_strata. Of the base that is everybody:

    published sector cells   every set of hits of its strata, 0 to the respondents each, that prints
                             the percentage, by full search: cells with fewer than ten sets, and
                             strata whose hits are the same in all of them
    withheld sector cells    the least and the largest number of hits of each stratum that all other
                             published percentages of the indicator allow, proven by HiGHS: strata
                             left with fewer than three values

--sectors: only so many sectors, those with the fewest respondents. --withheld: only so many cells.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FEW_SETS, FEW_VALUES, SECONDS = 10, 3, 2.0


def read(folder: Path, name: str) -> list[dict]:
    """Rows of a public CSV file in Dutch number format; all text but what is read as a number below."""
    with duckdb.connect() as session:
        return session.execute(
            "from read_csv($1, delim = ';', header = true, all_varchar = true)",
            [str(folder / "csv" / f"{name}.csv")],
        ).to_arrow_table().to_pylist()


def number(text: str | None) -> float | None:
    """A number with a decimal comma."""
    return None if text is None else float(text.replace(",", "."))


def sets_of_hits(respondents: np.ndarray, population: np.ndarray, percentage: float) -> np.ndarray:
    """Every set of hits whose share of the population prints a percentage, shape (sets, strata)."""
    order = np.argsort(-respondents)
    n, weights = respondents[order].astype(int), (population / respondents)[order]
    low, high = ((percentage + half) / 100 * population.sum() for half in (-0.05, 0.05))
    grid = np.stack(
        [axis.ravel() for axis in np.meshgrid(*(np.arange(k + 1) for k in n[1:]), indexing="ij")], axis=1
    )
    rest = grid @ weights[1:]
    first = np.maximum(np.ceil((low - rest) / weights[0] - 1e-9), 0)
    last = np.minimum(np.floor((high - rest) / weights[0] + 1e-9), n[0])
    counts = np.maximum(last - first + 1, 0).astype(int)
    rows = np.repeat(np.arange(len(grid)), counts)
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    found = np.column_stack([first[rows] + steps, grid[rows]])
    back = np.empty_like(found)
    back[:, order] = found
    return back


def bounds_of(
    stratum: int, respondents: np.ndarray, weights: np.ndarray, printed: list[tuple[np.ndarray, float]]
) -> tuple[int, int]:
    """The least and the largest number of hits that the printed percentages allow, as proven."""
    matrix = np.zeros((len(printed), len(weights)))
    lower, upper = np.empty(len(printed)), np.empty(len(printed))
    for row, (places, percentage) in enumerate(printed):
        matrix[row, places] = weights[places]
        total = (weights * respondents)[places].sum()
        lower[row], upper[row] = ((percentage + half) / 100 * total for half in (-0.05, 0.05))
    proven = []
    for sign in (1, -1):
        objective = np.zeros(len(weights))
        objective[stratum] = sign
        found = milp(
            objective, integrality=np.ones(len(weights)), bounds=Bounds(0, respondents),
            constraints=LinearConstraint(matrix, lower - 1e-6, upper + 1e-6),
            options={"time_limit": SECONDS},
        )
        bound = getattr(found, "mip_dual_bound", None)
        proven.append(sign * bound if bound is not None else (0, respondents[stratum])[sign < 0])
    return int(np.ceil(proven[0] - 1e-6)), int(np.floor(proven[1] + 1e-6))


def main(folder: Path, sector_limit: int | None, withheld_limit: int | None) -> None:
    """Print what follows, by edition and sector."""
    strata, cells = defaultdict(list), defaultdict(dict)
    for row in read(folder, "dim_strata"):
        if int(row["usable_count"]):
            strata[int(row["edition"])].append(row)
    for row in read(folder, "fct_estimates"):
        if row["base_id"] == "all":
            cells[int(row["edition"]), row["indicator_id"]][row["domain"], row["category"]] = number(
                row["estimate_pct"]
            )
    for edition, rows in sorted(strata.items()):
        respondents = np.array([float(row["usable_count"]) for row in rows])
        population = respondents * np.array([number(row["final_weight"]) for row in rows])
        members = defaultdict(list)
        for place, row in enumerate(rows):
            for key in (("total", "total"), ("sector", row["sector_code"]), ("size", row["size_class_code"])):
                members[key].append(place)
        members = {key: np.array(places) for key, places in members.items()}
        sectors = sorted(
            (key for key in members if key[0] == "sector"),
            key=lambda key: respondents[members[key]].sum(),
        )[:sector_limit]
        of_edition = {name: found for (year, name), found in cells.items() if year == edition}
        tried = 0
        for sector in sectors:
            places, few, told, published, withheld, bounded = members[sector], 0, 0, 0, 0, 0
            for found in of_edition.values():
                percentage = found.get(sector)
                if percentage is not None:
                    sets = sets_of_hits(respondents[places], population[places], percentage)
                    published += 1
                    few += len(sets) < FEW_SETS
                    told += int((np.ptp(sets, axis=0) == 0).sum()) if len(sets) else 0
                elif sector in found and (withheld_limit is None or tried < withheld_limit):
                    withheld += 1
                    tried += 1
                    printed = [
                        (members[key], value) for key, value in found.items()
                        if value is not None and key in members
                    ]
                    for place in places:
                        low, high = bounds_of(
                            place, respondents, population / respondents, printed
                        ) if printed else (0, int(respondents[place]))
                        bounded += high - low + 1 < min(FEW_VALUES, max(respondents[place], 2))
            print(
                f"{edition} {sector[1]}: {published} cells published, {few} of them with fewer than "
                f"{FEW_SETS} sets of counts, {told} counts of strata told; {withheld} withheld cells "
                f"attacked, {bounded} counts bounded to fewer than {FEW_VALUES} values",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("release", "public"))
    parser.add_argument("--sectors", type=int)
    parser.add_argument("--withheld", type=int)
    options = parser.parse_args()
    main(options.folder, options.sectors, options.withheld)
