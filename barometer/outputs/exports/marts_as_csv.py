"""Marts as CSV files, and what is to be known of them."""

from pathlib import Path

import duckdb
import pyarrow as pa

from barometer.outputs.language.spreadsheet_csv import text, write_csv
from barometer.outputs.language.wording import LANGUAGES, Wording
from barometer.system.whole_files import place


def write_csv_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """One file a mart in Dutch number format, `<mart>.csv`, all its columns and rows.

    Numbers are as the marts have them, percentages from 0 to 100, dates ISO 8601, nulls empty.

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
