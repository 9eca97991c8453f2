"""An attack on what a release publishes: which counts of strata follow from release/public alone.

    python bench/attack.py [release/public] [--sectors N] [--seconds N]

Reads the public CSV folder, and the rules of derived questions from the seeds: who attacks knows the
questionnaire. Of the base that is everybody:

    published sector cells   every set of hits of its strata, 0 to the respondents each, that prints
                             the percentage, by full search: cells with fewer than ten sets, and
                             strata whose hits are the same in all of them
    withheld sector cells    the least and the largest number of hits of each stratum that all other
                             published percentages allow, those of the questions that derived ones
                             take together included: strata left with fewer than three values

Withheld cells are attacked by linear programs, one for all questions that belong together: counts by
stratum, question and code, with what the rules of derived questions say of them. Their bounds are
proven, and what they bound too narrowly is given away. What they leave open could still follow from
counts being whole: for each question HiGHS looks for whole counts that fit, as far apart as the rule
asks for, which proves that nothing does. Each solution serves every cell of its program, so that most
cells need none of their own.

--sectors: only so many sectors, those with the fewest respondents. --seconds: for one whole-number program.
"""

import argparse
import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

FEW_SETS, FEW_VALUES = 10, 3


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


@dataclass(frozen=True)
class Design:
    """The strata of an edition, as the public files have them.

    Attributes:
        respondents, population: of each stratum, shape (strata,).
        members: places of the strata of each (domain, category).
    """

    respondents: np.ndarray
    population: np.ndarray
    members: dict[tuple[str, str], np.ndarray]

    @property
    def weights(self) -> np.ndarray:
        """Population over respondents."""
        return self.population / self.respondents

    @classmethod
    def of(cls, rows: list[dict]) -> "Design":
        """From the rows of dim_strata."""
        respondents = np.array([float(row["usable_count"]) for row in rows])
        members = defaultdict(list)
        for place, row in enumerate(rows):
            for key in (("total", "total"), ("sector", row["sector_code"]), ("size", row["size_class_code"])):
                members[key].append(place)
        return cls(
            respondents, respondents * np.array([number(row["final_weight"]) for row in rows]),
            {key: np.array(places) for key, places in members.items()},
        )


class Program:
    """What is known of the counts of some questions asked of everybody.

    The unknowns are counts by question and code, and within them by stratum.

    Args:
        codes: of each question.
        rules: rows of derived_questions whose question and inputs all are among the questions.
        hits: by indicator, its question and the codes that it counts.
        shares: by indicator and (domain, category) the printed percentage; None where withheld.
    """

    def __init__(self, design: Design, codes: dict[str, list[int]], rules: list[dict], hits: dict, shares: dict):
        self.design, self.codes, self.hits, self.shares = design, codes, hits, shares
        self.places = {
            key: place for place, key in enumerate(
                (question, code) for question, of in codes.items() for code in of
            )
        }
        strata = len(design.respondents)
        rows = [(self.coefficients(question, of), 1, 1) for question, of in codes.items()]
        rows += self.of_rules(rules)
        ends = np.array([[low, high] for _, low, high in rows])
        by_stratum = sparse.kron(np.array([row for row, _, _ in rows]), sparse.eye_array(strata))
        printed, bands = self.printed()
        self.matrix = sparse.vstack([by_stratum, sparse.csr_array(printed)]).tocsr()
        self.low = np.concatenate([np.outer(ends[:, 0], design.respondents).ravel(), bands[:, 0]])
        # No more than nothing is nothing, and not "not a number".
        high = np.where(np.isinf(ends[:, 1:]), np.inf, ends[:, 1:] * design.respondents)
        self.high = np.concatenate([high.ravel(), bands[:, 1]])

    def coefficients(self, question: str, codes) -> np.ndarray:
        """1 at some codes of a question, shape (questions and codes,)."""
        found = np.zeros(len(self.places))
        found[[self.places[question, code] for code in codes if code in self.codes[question]]] = 1
        return found

    def of_rules(self, rules: list[dict]) -> list[tuple[np.ndarray, float, float]]:
        """What rules say of the counts of a stratum: coefficients, and their least and largest sum, in respondents."""
        found, events = [], {}
        for rule in rules:
            question, inputs = rule["question_id"], rule["inputs"]
            codes = self.codes[question]
            if rule["operation"] == "pattern":
                for place, name in enumerate(inputs):
                    with_bit = self.coefficients(question, [code for code in codes if code >> place & 1])
                    found.append((with_bit - self.coefficients(name, rule["hit_codes"]), 0, 0))
                continue
            # "At least k inputs say one of these codes", by what the derived question says of it.
            known = [
                (rule["hit_codes"], least, [code for code in codes if code >= least])
                for least in range(1, rule["max_code"] + 1)
            ] if rule["operation"] == "count" else [
                ([code for code in codes if code <= most], 1, [code for code in codes if code <= most])
                for most in codes
            ]
            for said, least, counted in known:
                event = self.coefficients(question, counted)
                given = [self.coefficients(name, said) for name in inputs]
                key = (tuple(inputs), tuple(sorted(said)), least)
                found.append((event - events.setdefault(key, event), 0, 0))
                # Each of them has so many of the inputs at least; who is not among them fewer.
                found.append((sum(given) - least * event, 0, np.inf))
                found.append(((len(inputs) - least + 1) * event - sum(given), 1 - least, np.inf))
                if least == 1:
                    found += [(event - one, 0, np.inf) for one in given]
        return found

    def printed(self) -> tuple[np.ndarray, np.ndarray]:
        """What is printed, as rows over all unknowns and their least and largest sum."""
        strata, rows, bands = len(self.design.respondents), [], []
        for indicator, (question, codes) in self.hits.items():
            for category, share in self.shares[indicator].items():
                if share is None or category not in self.design.members:
                    continue
                places = self.design.members[category]
                weights = np.zeros(strata)
                weights[places] = self.design.weights[places]
                rows.append(np.kron(self.coefficients(question, codes), weights))
                total = self.design.population[places].sum()
                bands.append([(share + half) / 100 * total for half in (-0.05 - 1e-7, 0.05 + 1e-7)])
        width = len(self.places) * strata
        return np.array(rows).reshape(-1, width), np.array(bands).reshape(-1, 2)

    def hits_of(self, solution: np.ndarray, indicator: str) -> np.ndarray:
        """Hits of each stratum in a solution."""
        question, codes = self.hits[indicator]
        return self.coefficients(question, codes) @ solution.reshape(len(self.places), -1)

    def objective(self, indicator: str, stratum: int) -> np.ndarray:
        """Such that a solution times it is the hits of a stratum."""
        of_stratum = np.zeros(len(self.design.respondents))
        of_stratum[stratum] = 1
        question, codes = self.hits[indicator]
        return np.kron(self.coefficients(question, codes), of_stratum)

    def open_strata(self, cells: list[tuple[str, tuple[str, str]]], seconds: float | None) -> dict:
        """By withheld cell and stratum, whether solutions were found that are as far apart as has to stay open.

        Args:
            seconds: for a whole-number program; None for linear ones, whose bounds are proven.
        """
        seen: dict = {}
        asked = [(cell, int(place)) for cell in cells for place in self.design.members[cell[1]]]
        limit = np.tile(self.design.respondents, len(self.places))

        def note(solution):
            for (indicator, _), place in asked:
                value = self.hits_of(solution, indicator)[place]
                low, high = seen.get((indicator, place), (value, value))
                seen[indicator, place] = min(low, value), max(high, value)

        def is_open(indicator, place):
            low, high = seen.get((indicator, place), (0.0, -1.0))
            values = np.floor(high + 1e-6) - np.ceil(low - 1e-6) + 1
            return values >= min(FEW_VALUES, max(self.design.respondents[place], 2))

        for (indicator, _), place in asked:
            for sign in (1, -1):
                if not is_open(indicator, place):
                    found = milp(
                        sign * self.objective(indicator, place),
                        integrality=np.full(len(limit), seconds is not None, int), bounds=Bounds(0, limit),
                        constraints=LinearConstraint(self.matrix, self.low, self.high),
                        options={} if seconds is None else {"time_limit": seconds},
                    )
                    if found.x is not None:
                        note(found.x)
        return {(cell, place): is_open(cell[0], place) for cell, place in asked}


def rules_of(codes: dict[str, list[int]], edition: int) -> list[dict]:
    """Rules of the derived questions that are among the questions with their inputs, which they get."""
    asked = [row for row in reference("questions") if int(row["edition"]) == edition]
    found = []
    for row in reference("derived_questions"):
        inputs = split(row["input_question_ids"]) or [
            question["question_id"] for question in asked if question["block_id"] == row["input_block_id"]
        ]
        if inputs and {row["question_id"], *inputs} <= set(codes):
            found.append({
                **row, "inputs": inputs, "max_code": int(row["max_code"] or 0),
                "hit_codes": [int(code) for code in split(row["hit_codes"])],
            })
    return found


def split(text: str) -> list[str]:
    """The items of a list in a seed."""
    return text.split("|") if text else []


def reference(seed: str) -> list[dict]:
    """Rows of a reference seed, all text."""
    path = Path(__file__).resolve().parents[1] / "seeds" / "reference" / f"{seed}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def together(questions: set[str], rules: list[dict]) -> list[set[str]]:
    """Questions in groups: those that a rule takes together are in one."""
    groups = [{question} for question in sorted(questions)]
    for rule in rules:
        linked = {rule["question_id"], *rule["inputs"]}
        groups = [group for group in groups if not group & linked] + [
            linked.union(*(group for group in groups if group & linked))
        ]
    return groups


def attack_withheld(
    design: Design, codes: dict, edition: int, hits: dict, shares: dict, sectors: list, seconds: float
) -> dict:
    """By sector: withheld cells attacked, strata in them, strata given away, strata proven open."""
    found = {sector: np.zeros(4, int) for sector in sectors}
    rules = rules_of(codes, edition)
    for group in together(set(codes), rules):
        own = {name: hit for name, hit in hits.items() if hit[0] in group}
        cells = [
            (name, sector) for name in own for sector in sectors if shares[name].get(sector, 0) is None
        ]
        if not cells:
            continue
        own_rules = [rule for rule in rules if rule["question_id"] in group]
        of_group = {question: codes[question] for question in sorted(group)}
        left_open = Program(design, of_group, own_rules, own, shares).open_strata(cells, None)
        proven = {}
        for question in sorted(group):
            alone = {name: hit for name, hit in own.items() if hit[0] == question}
            of_question = [cell for cell in cells if cell[0] in alone]
            if of_question:
                program = Program(design, {question: codes[question]}, [], alone, shares)
                proven |= program.open_strata(of_question, seconds)
        for name, sector in cells:
            found[sector][0] += 1
            for place in design.members[sector]:
                key = (name, sector), int(place)
                found[sector][1:] += 1, not left_open[key], left_open[key] and proven[key]
    return found


def main(folder: Path, sector_limit: int | None, seconds: float) -> None:
    """Print what follows, by edition and sector."""
    strata, codes = defaultdict(list), defaultdict(list)
    shares = defaultdict(lambda: defaultdict(dict))
    for row in read(folder, "dim_strata"):
        if int(row["usable_count"]):
            strata[int(row["edition"])].append(row)
    for row in read(folder, "dim_answer_codes"):
        codes[row["question_id"]].append(int(row["answer_code"]))
    hits = {
        row["indicator_id"]: (row["question_id"], [int(code) for code in split(row["hit_codes"])])
        for row in read(folder, "dim_indicators")
    }
    for row in read(folder, "fct_estimates"):
        if row["base_id"] == "all":
            shares[int(row["edition"])][row["indicator_id"]][row["domain"], row["category"]] = number(
                row["estimate_pct"]
            )
    for edition, rows in sorted(strata.items()):
        design, of_edition = Design.of(rows), shares[edition]
        sectors = sorted(
            (key for key in design.members if key[0] == "sector"),
            key=lambda key: design.respondents[design.members[key]].sum(),
        )[:sector_limit]
        withheld = attack_withheld(
            design, codes, edition, {name: hits[name] for name in of_edition}, of_edition, sectors, seconds
        )
        for sector in sectors:
            places, few, known, published = design.members[sector], 0, 0, 0
            for found in of_edition.values():
                if found.get(sector) is not None:
                    sets = sets_of_hits(design.respondents[places], design.population[places], found[sector])
                    published += 1
                    few += len(sets) < FEW_SETS
                    known += int((np.ptp(sets, axis=0) == 0).sum()) if len(sets) else 0
            cells, counts, bounded, proven = withheld[sector]
            print(
                f"{edition} {sector[1]}: {published} cells published, {few} of them with fewer than "
                f"{FEW_SETS} sets of counts, {known} counts of strata follow; {cells} withheld cells "
                f"attacked, of {counts} counts {bounded} bounded to fewer than {FEW_VALUES} values, "
                f"{proven} proven open",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("release", "public"))
    parser.add_argument("--sectors", type=int)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    main(options.folder, options.sectors, options.seconds)
