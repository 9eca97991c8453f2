"""Figures and tables as the marts hold them, each edition's and in both languages.

Whatever depends on the language is a dict by language code.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

import duckdb
import pyarrow as pa

from barometer.outputs.language.wording import LANGUAGES, Wording, fill_in

Labels = dict[str, str | None]

# What an estimate or a change is of: indicator, base, domain, category.
Cell = tuple[str, str, str, str]


TOTAL = "total"
"""The member of a dimension that is all the others together."""


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """What a figure and a table have in common.

    Attributes:
        name: file name without its ending, such as figuur_2.
        edition: the edition whose report it is in.
        number: its number in the report.
        titles: what it is about.
        headlines: what it says, a sentence; empty without one.
        measured: unit and base of its numbers; empty where nothing says it.
        statuses: status of the data, by edition shown.
        respondents: N of the base, by edition shown; empty for a table of counts.
        notes: who was asked the question, or None.
    """

    name: str
    edition: int
    number: int
    titles: Labels
    headlines: Labels = field(default_factory=dict)
    measured: Labels = field(default_factory=dict)
    statuses: dict[int, str]
    respondents: dict[int, int]
    notes: Labels

    LABEL: ClassVar[str]

    def label(self, wording: Wording) -> str:
        """Number and what it is about."""
        return wording.term(
            self.LABEL, number=self.number, title=self.titles[wording.language.code]
        )

    def title(self, wording: Wording) -> str:
        """What it says, or else number and what it is about."""
        return self.headlines.get(wording.language.code) or self.label(wording)

    def subject(self, wording: Wording) -> str:
        """Number, what it is about, unit, base and N."""
        base = [self.measured.get(wording.language.code)]
        base += [wording.respondents(self.respondents)] if self.respondents else []
        parts = [self.label(wording), ", ".join(filter(None, base))]
        return " – ".join(filter(None, parts))

    def subtitle(self, wording: Wording) -> str:
        """Editions and the status of their data."""
        return wording.editions(self.statuses)

    def headings(self, wording: Wording) -> tuple[str, str, str]:
        """What is above it: title, subject, editions and status."""
        return self.title(wording), self.subject(wording), self.subtitle(wording)

    def cell_statuses(self) -> set[str]:
        """Statuses of what it shows, codes of SDMX."""
        return set()

    def caption(self, wording: Wording) -> list[str]:
        """Who it is about, what its marks mean, then the source."""
        note = self.notes.get(wording.language.code)
        return [
            *([note] if note else []),
            *wording.legends(self.cell_statuses()),
            wording.term("source"),
        ]


@dataclass(frozen=True)
class Change:
    """From one edition to a later one, in percentage points with one decimal.

    A difference that is not comparable is no change: it has no numbers, wherever it is shown.

    `status` is that of the less reliable of the two estimates; `previous` the edition it is from.
    """

    change: float | None
    lower: float | None
    upper: float | None
    is_significant: bool | None
    is_comparable: bool
    reason: str | None
    status: str
    previous: int | None = None

    def __post_init__(self):
        if not self.is_comparable:
            for name in ("change", "lower", "upper", "is_significant"):
                object.__setattr__(self, name, None)

    @property
    def verdict(self) -> str:
        """What its test says, a term."""
        if not self.is_comparable:
            return "not_comparable"
        if self.is_significant is None:
            return "not_tested"
        return "significant" if self.is_significant else "not_significant"


@dataclass(frozen=True)
class Bar:
    """One value of a figure.

    Attributes:
        value: in percent with one decimal; None without a base, and where it is withheld.
        respondents: N of the value, which is another than the figure's where a series has a
            base of its own.
        cell_status: what there is to say of it, a code of SDMX: that it is not free, or
            else how reliable it is.
        lower, upper: ends of the 95% confidence interval, or None.
        place: where its item is among those of its edition, as they are drawn.
        cell: indicator, base, domain and category of the estimate that it is.
        change: from the nearest edition before, where the figure compares editions.
    """

    edition: int
    series_labels: Labels
    item_labels: Labels
    item_sort_order: int
    value: float | None
    respondents: int
    cell_status: str = "A"
    lower: float | None = None
    upper: float | None = None
    place: int = 0
    cell: Cell | None = None
    change: Change | None = None

    def text(self, wording: Wording) -> str:
        """What is printed beside the bar."""
        return wording.marked(wording.percentage(self.value), self.cell_status)


@dataclass(frozen=True, kw_only=True)
class Figure(Exhibit):
    """A figure: bars in the order of its series, then of its items."""

    LABEL = "figure_title"

    chart_type: str
    compares_editions: bool
    bars: tuple[Bar, ...]

    def cell_statuses(self) -> set[str]:
        """Statuses of its bars."""
        return {bar.cell_status for bar in self.bars}

    def items(self, language: str) -> dict[str, list[Bar]]:
        """Bars by the label of their item, as they are drawn: by place in the newest edition."""
        items = {}
        for bar in sorted(self.bars, key=lambda bar: (-bar.edition, bar.place, bar.item_sort_order)):
            items.setdefault(bar.item_labels[language], [])
        for bar in self.bars:
            items[bar.item_labels[language]].append(bar)
        return items

    def series(self, language: str) -> list[str]:
        """Labels of its series, in order."""
        return list(dict.fromkeys(bar.series_labels[language] for bar in self.bars))

    def caption(self, wording: Wording) -> list[str]:
        """As any, and before the source what intervals and lines mean."""
        *paragraphs, source = super().caption(wording)
        if any(bar.lower is not None for bar in self.bars):
            paragraphs.append(wording.term("intervals_drawn"))
        if any(bar.change for bar in self.bars):
            paragraphs.append(wording.term("lines_drawn"))
        return [*paragraphs, source]


@dataclass(frozen=True, kw_only=True)
class Table(Exhibit):
    """A table: rows and columns as labels, and in each cell one value a measure, or words.

    Attributes:
        corner: term above the row labels.
        rows: labels of the rows, in order.
        columns: labels of the columns, in order.
        measures: terms of the counts in a cell; empty for a table of percentages or of words.
        cells: values of a cell, by row and column; in a table of words its labels.
        cell_codes: status of a cell, by row and column, as a bar has one; of percentages alone.
        intervals: ends of the 95% confidence interval of a cell, likewise, where it has one.
        total_row, total_column: whether the last one is a total.
    """

    LABEL = "table_title"

    corner: str
    rows: tuple[Labels, ...]
    columns: tuple[Labels, ...]
    measures: tuple[str, ...]
    cells: dict[tuple[int, int], tuple[float | Labels | None, ...]]
    total_row: bool
    total_column: bool
    cell_codes: dict[tuple[int, int], str] = field(default_factory=dict)
    intervals: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)

    @cached_property
    def has_words(self) -> bool:
        """Whether its cells hold words, and no numbers."""
        return any(isinstance(value, dict) for cell in self.cells.values() for value in cell)

    def cell_statuses(self) -> set[str]:
        """Statuses of its cells."""
        return set(self.cell_codes.values())

    def mark(self, wording: Wording, row: int, column: int) -> str | None:
        """The mark beside the number of a cell, if it has one."""
        return wording.mark(self.cell_codes.get((row, column)))

    def marked_columns(self, wording: Wording, row: int) -> str:
        """The columns of a row whose number has a mark, each with it."""
        return " | ".join(
            f"{label[wording.language.code]} {self.mark(wording, row, column)}"
            for column, label in enumerate(self.columns)
            if self.mark(wording, row, column)
        )

    def texts(self, wording: Wording, row: int, column: int) -> list[str]:
        """What is printed in a cell."""
        values = self.cells.get((row, column), (None,) * max(len(self.measures), 1))
        if self.has_words:
            return [value[wording.language.code] for value in values]
        write = wording.count if self.measures else wording.percentage
        return [write(value) for value in values]


def read_exhibits(
    session: duckdb.DuckDBPyConnection, tables: pa.Table, captions: pa.Table, terms: pa.Table
) -> list[Exhibit]:
    """Every table and figure of every edition in the marts.

    Args:
        session: connection to the warehouse, with the marts in its schema `marts`.
        tables: seed `report_tables`.
        captions: `int_exhibits_captioned`.
        terms: seed `report_terms`.
    """
    statuses = dict(session.sql("select edition, status from marts.dim_editions").fetchall())
    headlines = {
        (row["edition"], row["exhibit"]): row
        for row in session.sql("from marts.rpt_headlines").to_arrow_table().to_pylist()
    }
    found = [
        *read_tables(session, tables, captions, terms, statuses),
        *read_figures(session, statuses),
    ]
    return [
        replace(exhibit, headlines=labels(row, "headline"), measured=labels(row, "measured"))
        if (row := headlines.get((exhibit.edition, exhibit.name))) else exhibit
        for exhibit in found
    ]


def read_figures(
    session: duckdb.DuckDBPyConnection, statuses: dict[int, str]
) -> Iterator[Figure]:
    """Figures of `rpt_figures`; those that compare editions are in the newest report."""
    changes = last_changes(session)
    rows = session.sql(
        """
        select
            figures.*,
            round(figures.value_pct, 1) as printed_pct,
            if(figures.conf_status = 'F', figures.obs_status, figures.conf_status) as cell_status,
            cells.ci_lower_pct,
            cells.ci_upper_pct,
            [cells.indicator_id, cells.base_id, cells.domain, cells.category] as cell
        from marts.rpt_figures as figures
        inner join marts.fct_estimates as cells using (cell_id)
        order by
            figures.figure_sort_order, figures.edition, figures.series_sort_order,
            figures.item_sort_order
        """
    ).to_arrow_table().to_pylist()
    groups = {}
    for row in rows:
        edition = max(statuses) if row["compares_editions"] else row["edition"]
        groups.setdefault((edition, row["figure"]), []).append(row)
    for (edition, name), bars in groups.items():
        newest = bars[-1]
        yield Figure(
            name=name,
            edition=edition,
            number=newest["figure_sort_order"],
            titles=labels(newest, "title"),
            statuses={row["edition"]: statuses[row["edition"]] for row in bars},
            respondents={row["edition"]: row["base_respondent_count"] for row in bars},
            notes=labels(newest, "base_note"),
            chart_type=newest["chart_type"],
            compares_editions=newest["compares_editions"],
            bars=tuple(
                Bar(
                    edition=row["edition"],
                    series_labels=labels(row, "series_label"),
                    item_labels=labels(row, "item_label"),
                    item_sort_order=row["item_sort_order"],
                    value=row["printed_pct"],
                    respondents=row["respondent_count"],
                    cell_status=row["cell_status"],
                    lower=row["ci_lower_pct"],
                    upper=row["ci_upper_pct"],
                    place=row["display_sort_order"],
                    cell=tuple(row["cell"]),
                    change=changes.get(row["cell_id"]) if row["compares_editions"] else None,
                )
                for row in bars
            ),
        )


def last_changes(session: duckdb.DuckDBPyConnection) -> dict[str, Change]:
    """Changes from the nearest edition before, by the later cell."""
    return {
        cell_id: Change(*values)
        for cell_id, *values in session.sql(
            """
            select
                cell_id, change_pp, ci_lower_pp, ci_upper_pp, is_significant, is_comparable,
                comparability_reason, obs_status, previous_edition
            from marts.fct_changes
            qualify row_number() over (partition by cell_id order by previous_edition desc) = 1
            """
        ).fetchall()
    }


def read_tables(
    session: duckdb.DuckDBPyConnection,
    tables: pa.Table,
    captions: pa.Table,
    terms: pa.Table,
    statuses: dict[int, str],
) -> Iterator[Table]:
    """Tables of the seed `report_tables`, one an edition that has rows in its mart."""
    captioned = {(row["edition"], row["exhibit"]): row for row in captions.to_pylist()}
    for definition in sorted(tables.to_pylist(), key=lambda row: row["sort_order"]):
        mart = session.sql(f"select * from marts.{definition['mart_name']}").to_arrow_table()
        for edition in sorted(set(mart["edition"].to_pylist())):
            rows = [row for row in mart.to_pylist() if row["edition"] == edition]
            caption = captioned.get((edition, definition["table_id"]), {})
            respondents = (
                {edition: caption["base_respondent_count"]} if definition["base_id"] else {}
            )
            if definition["column_dimension"]:
                parts = crossed(rows, definition, terms)
            elif definition["domain"]:
                parts = by_indicator(rows, definition, session)
            else:
                parts = in_words(rows, definition, terms)
            yield Table(
                name=definition["table_id"],
                edition=edition,
                number=definition["sort_order"],
                titles=labels(definition, "title"),
                statuses={edition: statuses[edition]},
                respondents=respondents,
                corner=definition["row_dimension"],
                **{"notes": labels(caption, "base_note") if caption else {}} | parts,
            )


def crossed(rows: list[dict], definition: dict, terms: pa.Table) -> dict:
    """Rows, columns and cells of a table of counts, a dimension down and one across."""
    down, across = definition["row_dimension"], definition["column_dimension"]
    measures = tuple(name for name in rows[0] if name.endswith("_count"))
    totals = {
        language.code: Wording(language, terms).term("total") for language in LANGUAGES
    }

    def members(dimension: str, template: str) -> dict[str, Labels]:
        """Labels by code; the total is last."""
        return {
            row[f"{dimension}_code"]: (
                filled(template, row[f"{dimension}_code"], labels(row, f"{dimension}_label"))
                if row[f"{dimension}_code"] != TOTAL
                else totals
            )
            for row in sorted(
                rows,
                key=lambda row: (
                    row[f"{dimension}_code"] == TOTAL, row[f"{dimension}_sort_order"]
                ),
            )
        }

    row_labels = members(down, definition["row_label"])
    column_labels = members(across, definition["column_label"])
    row_codes, column_codes = list(row_labels), list(column_labels)
    return {
        "rows": tuple(row_labels.values()),
        "columns": tuple(column_labels.values()),
        "measures": measures,
        "cells": {
            (row_codes.index(row[f"{down}_code"]), column_codes.index(row[f"{across}_code"])):
                tuple(row[name] for name in measures)
            for row in rows
        },
        "total_row": row_labels[row_codes[-1]] is totals,
        "total_column": column_labels[column_codes[-1]] is totals,
    }


def by_indicator(
    rows: list[dict], definition: dict, session: duckdb.DuckDBPyConnection
) -> dict:
    """Rows, columns and cells of a table of percentages, indicators across.

    An indicator that the edition did not ask has no column. A cell that nobody could be in has
    neither a number nor a mark.
    """
    known = {
        row["indicator_id"]: labels(row, "label")
        for row in session.sql("select * from marts.dim_indicators").to_arrow_table().to_pylist()
    }
    estimates = {
        cell_id: found
        for cell_id, *found in session.execute(
            "select cell_id, if(conf_status = 'F', obs_status, conf_status), ci_lower_pct, ci_upper_pct "
            "from marts.fct_estimates where edition = $1",
            [rows[0]["edition"]],
        ).fetchall()
    }
    code = f"{definition['row_dimension']}_code"
    rows = sorted(rows, key=lambda row: row["sort_order"])
    cell_ids = [json.loads(row["cell_ids"]) for row in rows]
    indicators = [
        name for name in rows[0] if name in known and any(row[name] is not None for row in rows)
    ]
    return {
        "rows": tuple(
            filled(definition["row_label"], row[code], labels(row, "label")) for row in rows
        ),
        "columns": tuple(known[name] for name in indicators),
        "measures": (),
        "cells": {
            (place, column): (row[name],)
            for place, row in enumerate(rows)
            for column, name in enumerate(indicators)
        },
        "cell_codes": {
            (place, column): estimates.get(of_row.get(name), ["A"])[0]
            for place, of_row in enumerate(cell_ids)
            for column, name in enumerate(indicators)
        },
        "intervals": {
            (place, column): tuple(estimates[of_row[name]][1:])
            for place, of_row in enumerate(cell_ids)
            for column, name in enumerate(indicators)
            if of_row.get(name) in estimates and estimates[of_row[name]][1] is not None
        },
        "total_row": False,
        "total_column": False,
    }


def in_words(rows: list[dict], definition: dict, terms: pa.Table) -> dict:
    """Rows and cells of a table of words: the codes of a dimension, and beside each its label.

    Its note says which rows joined the population later than the others, and when.
    """
    rows = sorted(rows, key=lambda row: row["sort_order"])
    code = f"{definition['row_dimension']}_code"
    wordings = [Wording(language, terms) for language in LANGUAGES]
    later = {}
    for row in rows:
        if row["first_edition"]:
            later.setdefault(row["first_edition"], []).append(row[code])
    return {
        "rows": tuple(
            filled(definition["row_label"], row[code], labels(row, "label")) for row in rows
        ),
        "columns": (
            {
                wording.language.code: wording.term(f"{definition['row_dimension']}_label")
                for wording in wordings
            },
        ),
        "measures": (),
        "cells": {(place, 0): (labels(row, "label"),) for place, row in enumerate(rows)},
        "total_row": False,
        "total_column": False,
        "notes": {
            wording.language.code: "; ".join(
                wording.term("in_population_since", edition=first, codes=", ".join(codes))
                for first, codes in sorted(later.items())
            )
            for wording in wordings
        },
    }


def labels(row: dict, name: str) -> Labels:
    """The columns `<name>_nl` and `<name>_en` of a row, by language."""
    return {language.code: row[f"{name}_{language.code}"] for language in LANGUAGES}


def filled(template: str, code: str, names: Labels) -> Labels:
    """A template with the code and the label of a member filled in."""
    return {
        language: fill_in(template, "report_tables.csv", {"code": code, "label": name})
        for language, name in names.items()
    }
