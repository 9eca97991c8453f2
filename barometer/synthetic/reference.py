"""Read the reference seeds: what the synthetic raw data of an edition must agree with."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np


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
class Derived:
    """A derived question: an operation over input questions."""

    operation: str
    inputs: tuple[str, ...]
    hit_codes: tuple[int, ...]
    max_code: int | None


@dataclass(frozen=True)
class Design:
    """Everything the generator reads of one edition. Arrays over strata are in the order of `strata`."""

    edition: int
    start: date
    end: date
    strata: tuple[Stratum, ...]
    questions: tuple[Question, ...]
    blocks: tuple[str, ...]
    block_bases: dict[str, str]
    bases: dict[str, tuple[tuple[str, int], ...]]
    derived: dict[str, Derived]
    figures: tuple[dict[str, str], ...]
    sector_of_prefix: dict[str, str]

    @property
    def usable(self) -> np.ndarray:
        """Usable responses per stratum, int (H,)."""
        return np.array([stratum.usable for stratum in self.strata])

    @property
    def weights(self) -> np.ndarray:
        """Design weight per stratum, enterprises per usable response (0 where there is none), float (H,)."""
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
    of_edition = {name: [row for row in rows if row.get("edition") == year] for name, rows in seeds.items()}
    questions = tuple(
        Question(row["column_name"], row["question_id"], row["block_id"], _codes(row["answer_codes"]))
        for row in of_edition["questions"]
    )
    blocks = sorted(seeds["blocks"], key=lambda row: int(row["sort_order"]))
    return Design(
        edition=int(year),
        start=date.fromisoformat(edition["fieldwork_start"]),
        end=date.fromisoformat(edition["fieldwork_end"]),
        strata=_strata(year, seeds, of_edition),
        questions=questions,
        blocks=tuple(row["block_id"] for row in blocks),
        block_bases={row["block_id"]: row["base_id"] for row in blocks},
        bases={
            row["base_id"]: tuple(zip(_texts(row["question_ids"]), _codes(row["answer_codes"]), strict=True))
            for row in seeds["bases"]
        },
        derived={row["question_id"]: _derived(row, questions) for row in seeds["derived_questions"]},
        figures=tuple(of_edition["published_figures"]),
        sector_of_prefix={row["nace_prefix"]: row["sector_code"] for row in seeds["sector_nace"]},
    )


def _strata(year: str, seeds: dict, of_edition: dict) -> tuple[Stratum, ...]:
    by_stratum = [
        {(row["sector_code"], row["size_class_code"]): row for row in of_edition[name]}
        for name in ("population", "expected_counts")
    ]
    strata = []
    for sector in sorted(seeds["sectors"], key=lambda row: int(row["sort_order"])):
        for size in sorted(seeds["size_classes"], key=lambda row: int(row["sort_order"])):
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


def _derived(row: dict[str, str], questions: tuple[Question, ...]) -> Derived:
    block = row["input_block_id"]
    inputs = tuple(q.id for q in questions if q.block == block) if block else _texts(row["input_question_ids"])
    maximum = int(row["max_code"]) if row["max_code"] else None
    return Derived(row["operation"], inputs, _codes(row["hit_codes"]), maximum)


def _texts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _codes(cell: str) -> tuple[int, ...]:
    return tuple(int(code) for code in _texts(cell))
