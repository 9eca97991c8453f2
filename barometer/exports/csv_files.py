"""Marts as CSV files that a spreadsheet opens: numbers and columns as a language writes them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from barometer.printed_report.wording import LANGUAGES, Language, Wording
from barometer.whole_files import place


def write_csv_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """One file a mart in Dutch number format, `<mart>.csv`, all its columns and rows.

    Numbers are unrounded, percentages from 0 to 100, dates ISO 8601, nulls empty.

    Args:
        connection: the marts to write, in its schema `marts`.
        folder: the folder to write, which does not exist yet.
    """
    folder.mkdir()
    dutch = LANGUAGES[0]
    for (name,) in connection.sql(
        "select table_name from information_schema.tables "
        "where table_schema = 'marts' and table_catalog = current_database() order by table_name"
    ).fetchall():
        mart = connection.sql(f"select * from marts.{name} order by all")
        write_csv(
            [mart.columns, *([text(value, dutch) for value in row] for row in mart.fetchall())],
            dutch,
            place(folder, f"{name}.csv"),
        )


def write_csv_notes(connection: duckdb.DuckDBPyConnection, terms: pa.Table, path: Path) -> None:
    """What the CSV files beside it hold, in every language: the status of the data comes first.

    Args:
        connection: `dim_editions`, in its schema `marts`.
        terms: seed `report_terms`.
        path: the file to write, plain text.
    """
    statuses = dict(connection.sql("select edition, status from marts.dim_editions").fetchall())
    lines = []
    for wording in (Wording(language, terms) for language in LANGUAGES):
        names = ("csv_units", "workbook_intervals")
        if "synthetic" in statuses.values():
            names = ("workbook_synthetic", *names)
        lines += [wording.editions(statuses), *map(wording.term, names), ""]
    with path.open("w", encoding=LANGUAGES[0].csv_encoding, newline="\r\n") as file:
        file.write("\n".join(lines))


def write_csv(records: Iterable[Sequence[object]], language: Language, path: Path) -> None:
    """Records, the header first, with the separator and the encoding of a language."""
    with path.open("w", encoding=language.csv_encoding, newline="") as file:
        csv.writer(file, delimiter=language.csv_delimiter, lineterminator="\r\n").writerows(records)


def text(value: object, language: Language) -> object:
    """A value as a CSV file in a language writes it; None stays None."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return repr(value).replace(".", language.decimal_mark)
        case date():
            return value.isoformat()
    return value
