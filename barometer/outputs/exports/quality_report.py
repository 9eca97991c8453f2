"""The quality report as one page: every edition, in every language, in the order of SIMS.

All numbers, labels and texts come from the mart `rpt_quality`; the words around them from
the seeds `report_terms` and `site_texts`. The page loads nothing from elsewhere and needs no script.
"""

from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from barometer.outputs.language.wording import Wording
from barometer.outputs.page_frame.frame import (
    environment,
    framed,
    read_publication,
    spoken,
    wordings_of,
)

# Headings of the page begin at this level below the edition's own.
FIRST_LEVEL = 3
LAST_LEVEL = 6


def write_quality_report(
    session: duckdb.DuckDBPyConnection,
    terms: pa.Table,
    texts: pa.Table,
    publication: pa.Table,
    path: Path,
) -> None:
    """Write the page.

    Args:
        session: connection to the warehouse, with the marts in its schema `marts`.
        terms, texts, publication: the seeds `report_terms`, `site_texts` and `publication`.
        path: the file to write.
    """
    statuses = dict(session.sql("select edition, status from marts.dim_editions").fetchall())
    rows = session.sql(
        """
        select * from marts.rpt_quality
        order by
            edition desc, concept_sort_order, measure_sort_order, domain, category_sort_order,
            category
        """
    ).to_arrow_table().to_pylist()
    wordings = wordings_of(terms, texts)
    pages = [
        quality_page(edition, statuses[edition], list(group), wording)
        for wording in wordings
        for edition, group in groupby(rows, key=lambda row: row["edition"])
    ]
    text = environment(__package__).get_template("quality_report").render(
        pages=pages,
        # The newest edition of each language.
        places={page["wording"].language.code: page["id"] for page in reversed(pages)},
        **framed(
            read_publication(session, publication), wordings, path.name,
            spoken(wordings, "quality_report"),
        ),
    )
    path.write_text(text + "\n", encoding="utf-8")


def quality_page(edition: int, status: str, rows: list[dict], wording: Wording) -> dict:
    """One edition in one language, as the template takes it."""
    language = wording.language.code
    concepts = []
    for code, group in groupby(rows, key=lambda row: row["concept_code"]):
        members = list(group)
        texts = [row[f"text_{language}"] for row in members if row["measure_label_nl"] is None]
        concepts.append(
            {
                "code": code,
                "level": min(FIRST_LEVEL + code.count(".") - 1, LAST_LEVEL),
                "label": members[0][f"concept_label_{language}"],
                "text": " ".join(filter(None, texts)),
                "tables": quality_tables(
                    [row for row in members if row["measure_label_nl"] is not None], wording
                ),
            }
        )
    return {
        "id": f"{edition}-{language}",
        "wording": wording,
        "title": f"{wording.term('quality_report')}, {wording.term('edition', editions=edition)}"
        f" ({wording.term('language')})",
        "status": wording.editions({edition: status}),
        "is_synthetic": status == "synthetic",
        "concepts": concepts,
    }


def quality_tables(rows: list[dict], wording: Wording) -> list[dict]:
    """Tables of a concept: one with a row a measure, then one with a row a category a domain.

    Of sectors, sizes and the like the total is the last row.
    """
    by_domain = {}
    for row in rows:
        by_domain.setdefault(row["domain"], []).append(row)
    totals = by_domain.pop("total", [])
    tables = []
    shared = {row["measure_id"] for members in by_domain.values() for row in members}
    alone = [row for row in totals if row["measure_id"] not in shared]
    if alone:
        tables.append(total_table(alone, wording))
    for domain, members in by_domain.items():
        tables.append(domain_table(domain, members, totals, wording))
    return tables


def total_table(rows: list[dict], wording: Wording) -> dict:
    """One row a measure."""
    language = wording.language.code
    return {
        "is_total": True,
        "corner": wording.term("quality_measure"),
        "columns": [wording.term("quality_value")],
        "rows": [
            {"label": row[f"measure_label_{language}"], "cells": [value_text(row, wording)]}
            for row in rows
        ],
        "notes": [],
    }


def domain_table(domain: str, rows: list[dict], totals: list[dict], wording: Wording) -> dict:
    """One row a category, one column a measure, and the total of these measures below."""
    language = wording.language.code
    measures = {row["measure_id"]: row[f"measure_label_{language}"] for row in rows}
    cells = {(row["category"], row["measure_id"]): row for row in rows}
    categories = {
        row["category"]: row[f"category_label_{language}"]
        for row in sorted(rows, key=lambda row: (row["category_sort_order"], row["category"]))
    }
    lines = [
        (label, [cells.get((category, measure)) for measure in measures])
        for category, label in categories.items()
    ]
    total = {row["measure_id"]: row for row in totals if row["measure_id"] in measures}
    if total:
        lines.append((wording.term("total"), [total.get(measure) for measure in measures]))
    return {
        "is_total": False,
        "corner": wording.term(domain),
        "columns": list(measures.values()),
        "rows": [
            {"label": label, "cells": [value_text(cell, wording) for cell in line]}
            for label, line in lines
        ],
        "notes": [
            f"{row[f'category_label_{language}']}, {row[f'measure_label_{language}']}: "
            f"{row[f'text_{language}']}"
            for row in rows
            if row["value"] is not None and row[f"text_{language}"]
        ],
    }


def value_text(row: dict | None, wording: Wording) -> str:
    """A value as its unit is written; a date is written in the text."""
    if row is None:
        return wording.term("no_value")
    if row["value"] is None:
        return row[f"text_{wording.language.code}"] or wording.term("no_value")
    if row["unit"] == "percent":
        return wording.percentage(row["value"])
    if row["unit"] == "ratio":
        return f"{row['value']:.2f}".replace(".", wording.language.decimal_mark)
    return wording.count(int(row["value"]))
