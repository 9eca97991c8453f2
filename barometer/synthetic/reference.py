"""Read the reference seeds: what the synthetic raw data of an edition must agree with."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from barometer.method.questionnaire import DerivedQuestion, Questionnaire


@dataclass(frozen=True)
class Stratum:
    """A sector group × a size class, with its published counts of enterprises (all counts, no percentages)."""

    sector: str
    size: str
    population: int
    sampled: int
    usable: int
    employees_min: int
    employees_max: int | None


@dataclass(frozen=True)
class Question:
    """A raw column of an edition: its question, block and allowed integer codes."""

    column: str
    id: str
    block: str
    codes: tuple[int, ...]


@dataclass(frozen=True)
class Indicator:
    """An indicator of a base: the question, reported or derived, the codes that are hits, and what each counts for."""

    id: str
    base: str
    question: str
    hit_codes: tuple[int, ...]
    values: tuple[int, ...]


@dataclass(frozen=True)
class Design:
    """Everything the generator reads of one edition. Arrays over strata are in the order of `strata`."""

    edition: int
    start: date
    end: date
    strata: tuple[Stratum, ...]
    imputation_seed: int
    questions: tuple[Question, ...]
    questionnaire: Questionnaire
    indicators: tuple[Indicator, ...]
    published: dict[int, tuple[dict[str, str], ...]]
    sector_of_prefix: dict[str, str]

    @property
    def usable(self) -> np.ndarray:
        """Usable responses per stratum, int (H,)."""
        return np.array([stratum.usable for stratum in self.strata])

    @property
    def weights(self) -> np.ndarray:
        """Final weight per stratum, enterprises per usable response (0 where there is none), float (H,)."""
        return np.array([s.population / s.usable if s.usable else 0.0 for s in self.strata])

    def has(self, domain: str, category: str) -> bool:
        """Whether the edition covers a sector or size class (the total: always)."""
        categories = {"sector": {s.sector for s in self.strata}, "size": {s.size for s in self.strata}}
        return domain not in categories or category in categories[domain]

    def mask(self, domain: str, category: str) -> np.ndarray:
        """Strata of a domain's category, bool (H,). ValueError for an unknown domain or category."""
        inside = {
            "total": lambda stratum: True,
            "sector": lambda stratum: stratum.sector == category,
            "size": lambda stratum: stratum.size == category,
        }
        if domain not in inside:
            raise ValueError(f"unknown domain {domain!r}: expected one of {sorted(inside)}")
        mask = np.array([inside[domain](stratum) for stratum in self.strata])
        if not mask.any():
            raise ValueError(f"edition {self.edition}: no stratum has {domain} {category!r}")
        return mask

    def figures_of(self, edition: int) -> tuple[dict[str, str], ...]:
        """The numbers that the report of an edition prints."""
        return self.published.get(edition, ())

    @property
    def figures(self) -> tuple[dict[str, str], ...]:
        """The numbers that this edition's report prints."""
        return self.figures_of(self.edition)

    def codes_of(self, question: str) -> tuple[int, ...]:
        """Codes that a reported question takes."""
        (codes,) = [q.codes for q in self.questions if q.id == question]
        return codes

    def derived(self, question: str) -> DerivedQuestion | None:
        """A question as a derived one, where it is one."""
        found = [d for d in self.questionnaire.derived_questions if d.question_id == question]
        return found[0] if found else None

    def inputs(self, question: str) -> tuple[str, ...]:
        """The reported questions that settle one: itself, or what it is derived from."""
        derived = self.derived(question)
        return derived.input_question_ids if derived else (question,)

    def indicator(self, indicator: str, base: str) -> Indicator | None:
        """An indicator of a base, where there is one."""
        return next((i for i in self.indicators if (i.id, i.base) == (indicator, base)), None)

    def indicator_of_code(self, question: str, code: int, base: str) -> Indicator | None:
        """The indicator of one code of a question in a base, where there is one."""
        wanted = (question, (code,), base)
        return next((i for i in self.indicators if (i.question, i.hit_codes, i.base) == wanted), None)

    def bases_of(self, question: str) -> tuple[str, ...]:
        """The bases that a reported question is estimated in, each once; the first ones cover its respondents."""
        return tuple(dict.fromkeys(i.base for i in self.indicators if i.question == question))

    def groups(self, questions: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Questions of a block by what is derived from them together; most are alone."""
        groups = [
            derived.input_question_ids
            for derived in self.questionnaire.derived_questions
            if set(derived.input_question_ids) <= set(questions)
        ]
        together = {question for group in groups for question in group}
        return groups + [(question,) for question in questions if question not in together]

    def sector_of(self, nace_code: str) -> str | None:
        """Sector of a five-digit NACE-BEL code by the longest matching prefix; None outside the scope."""
        for length in range(len(nace_code), 0, -1):
            if nace_code[:length] in self.sector_of_prefix:
                return self.sector_of_prefix[nace_code[:length]]
        return None


def read_designs(folder: Path) -> Iterator[Design]:
    """Yield the design of every edition of status `synthetic`, in order. ValueError names what a seed lacks."""
    if not folder.is_dir():
        raise ValueError(f"no folder {folder}: run from the root of the repository")
    seeds = {path.stem: _rows(path) for path in sorted(folder.glob("*.csv"))}
    for edition in sorted(seeds["editions"], key=lambda row: int(row["edition"])):
        if edition["status"] == "synthetic":
            yield _design(edition, seeds)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _design(edition: dict[str, str], seeds: dict[str, list[dict[str, str]]]) -> Design:
    year = edition["edition"]
    of_edition = {name: [row for row in rows if _is_of_edition(row, year)] for name, rows in seeds.items()}
    questions = tuple(
        Question(row["column_name"], row["question_id"], row["block_id"], _codes(row["answer_codes"]))
        for row in of_edition["questions"]
    )
    return Design(
        edition=int(year),
        start=date.fromisoformat(edition["fieldwork_start"]),
        end=date.fromisoformat(edition["fieldwork_end"]),
        strata=_strata(year, of_edition),
        imputation_seed=int(edition["imputation_seed"]),
        questions=questions,
        questionnaire=Questionnaire.from_rows(
            *(
                [_typed(row) for row in rows]
                for rows in (of_edition["questions"], seeds["blocks"], seeds["derived_questions"], seeds["bases"])
            )
        ),
        indicators=tuple(
            Indicator(
                row["indicator_id"], row["base_id"], row["question_id"], _codes(row["hit_codes"]),
                _codes(row["answer_values"]) or (1,) * len(_codes(row["hit_codes"])),
            )
            for row in seeds["indicators"]
        ),
        published={
            int(row["edition"]): tuple(
                figure for figure in seeds["published_figures"] if figure["edition"] == row["edition"]
            )
            for row in seeds["editions"]
        },
        sector_of_prefix={
            row["nace_prefix"]: row["sector_code"]
            for row in of_edition["sector_nace"] if row["nace_version"] == edition["nace_version"]
        },
    )


def _is_of_edition(row: dict[str, str], year: str) -> bool:
    """Whether a row is of an edition: its own, or one between its first and its last."""
    first, last = row.get("first_edition"), row.get("last_edition")
    if first is None:
        return row.get("edition") == year
    return int(first or year) <= int(year) <= int(last or year)


def _strata(year: str, of_edition: dict) -> tuple[Stratum, ...]:
    by_stratum = [
        {(row["sector_code"], row["size_class_code"]): row for row in of_edition[name]}
        for name in ("population", "expected_counts")
    ]
    strata = []
    for sector in sorted(of_edition["sectors"], key=lambda row: int(row["sort_order"])):
        for size in sorted(of_edition["size_classes"], key=lambda row: int(row["sort_order"])):
            key = (sector["sector_code"], size["size_class_code"])
            population, expected = (rows.get(key) for rows in by_stratum)
            if population is None:
                continue
            if expected is None:
                raise ValueError(f"expected_counts.csv: edition {year} lacks stratum {key[0]}|{key[1]}")
            strata.append(
                Stratum(
                    sector=key[0],
                    size=key[1],
                    population=int(population["population_count"]),
                    sampled=int(expected["sampled_count"]),
                    usable=int(expected["usable_count"]),
                    employees_min=int(size["employee_count_min"]),
                    employees_max=int(size["employee_count_max"]) if size["employee_count_max"] else None,
                )
            )
    if not strata:
        raise ValueError(f"population.csv: no stratum of edition {year}")
    return tuple(strata)


def _typed(row: dict[str, str]) -> dict[str, str | int | None]:
    """A seed row with its whole numbers as such and its empty cells as None."""
    numbers = {name: int(row[name]) for name in ("sort_order", "max_code") if row.get(name)}
    return {name: value or None for name, value in row.items()} | numbers


def _texts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _codes(cell: str) -> tuple[int, ...]:
    return tuple(int(code) for code in _texts(cell))
