"""The folder `report` of a release.

    report/index.html                          every picture, with links
    report/<edition>/<nl|en>/<exhibit>.svg     and .png and .csv
    report/<edition>/<nl|en>/ai_barometer_<edition>_<nl|en>.xlsx    all of them, to be read and printed

A figure that compares editions is with the newest of them.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from barometer.outputs.language.spreadsheet_csv import write_csv
from barometer.outputs.language.wording import Wording
from barometer.outputs.page_frame.frame import (
    Publication,
    environment,
    framed,
    read_publication,
    spoken,
    wordings_of,
)
from barometer.outputs.printed_report.edition_workbook import write_edition_workbook
from barometer.outputs.printed_report.exhibits import Exhibit, Figure, Table, read_exhibits
from barometer.outputs.printed_report.pictures import Picture, draw
from barometer.system.whole_files import place


def write_report(
    session: duckdb.DuckDBPyConnection,
    tables: pa.Table,
    captions: pa.Table,
    terms: pa.Table,
    texts: pa.Table,
    publication: pa.Table,
    folder: Path,
    kept_pictures: Path,
) -> None:
    """Write every table and figure of the marts, in both languages.

    Args:
        session: connection to the warehouse, with the marts in its schema `marts`.
        tables: seed `report_tables`.
        captions: `int_exhibits_captioned`.
        terms, texts, publication: the seeds `report_terms`, `site_texts` and `publication`.
        folder: the folder to write, which does not exist yet.
        kept_pictures: the folder that keeps pictures from one build to the next.

    Raises:
        ValueError: the name of a table or figure is no name of a file.
    """
    exhibits = read_exhibits(session, tables, captions, terms)
    wordings = wordings_of(terms, texts)
    printed = [(exhibit, wording) for exhibit in exhibits for wording in wordings]
    drawings = draw([Picture(*each) for each in printed], kept_pictures)
    for (exhibit, wording), drawing in zip(printed, drawings, strict=True):
        write_exhibit(
            exhibit, wording, drawing, folder / str(exhibit.edition) / wording.language.code
        )
    for edition, created in session.sql(
        "select edition, fieldwork_end from marts.dim_editions order by edition"
    ).fetchall():
        of_edition = [exhibit for exhibit in exhibits if exhibit.edition == edition]
        for wording in wordings if of_edition else ():
            code = wording.language.code
            write_edition_workbook(
                of_edition, wording, created,
                folder / str(edition) / code / f"ai_barometer_{edition}_{code}.xlsx",
            )
    write_index(exhibits, wordings, read_publication(session, publication), folder)


def write_exhibit(
    exhibit: Exhibit, wording: Wording, drawing: tuple[str, bytes], folder: Path
) -> None:
    """One table or figure as SVG, PNG and CSV.

    Raises:
        ValueError: its name is no name of a file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    svg, png = drawing
    place(folder, f"{exhibit.name}.svg").write_text(svg + "\n", encoding="utf-8")
    place(folder, f"{exhibit.name}.png").write_bytes(png)
    write_csv(csv_records(exhibit, wording), wording.language, place(folder, f"{exhibit.name}.csv"))


def csv_records(exhibit: Exhibit, wording: Wording) -> list[list[object]]:
    """Header and rows: the numbers as printed, without thousands marks or percent signs."""
    if isinstance(exhibit, Figure):
        return figure_records(exhibit, wording)
    return table_records(exhibit, wording)


def figure_records(figure: Figure, wording: Wording) -> list[list[object]]:
    """One row a bar."""
    language = wording.language.code
    header = ("edition", "status", "series", "item", "percentage", "respondents", "mark")
    return [
        [wording.term(f"csv_{name}") for name in header],
        *(
            [
                bar.edition,
                wording.term(figure.statuses[bar.edition]),
                bar.series_labels[language],
                bar.item_labels[language],
                None if bar.value is None else wording.decimal(bar.value),
                bar.respondents,
                wording.mark(bar.cell_status),
            ]
            for bar in figure.bars
        ),
    ]


def table_records(table: Table, wording: Wording) -> list[list[object]]:
    """The rows and columns of the table; several counts in a cell are rows of their own.

    Numbers stay bare: the columns with a mark are listed at the end of the row.
    """
    language = wording.language.code
    header = [wording.term(f"csv_{name}") for name in ("edition", "status")]
    header.append(wording.term(table.corner))
    if table.measures:
        header.append(wording.term("csv_count"))
    marks = [] if table.measures or table.has_words else [wording.term("csv_mark")]
    records = [header + [column[language] for column in table.columns] + marks]
    for row, label in enumerate(table.rows):
        for place, measure in enumerate(table.measures or (None,)):
            values = [
                table.cells.get((row, column), {place: None})[place]
                for column in range(len(table.columns))
            ]
            records.append(
                [
                    table.edition,
                    wording.term(table.statuses[table.edition]),
                    label[language],
                    *([wording.term(measure)] if measure else []),
                    *(bare(value, measure, wording) for value in values),
                    *([table.marked_columns(wording, row)] if marks else []),
                ]
            )
    return records


def bare(value: object, measure: str | None, wording: Wording) -> object:
    """A value of a table as a cell of CSV: words in the language, percentages as printed."""
    if isinstance(value, dict):
        return value[wording.language.code]
    return value if measure or value is None else wording.decimal(value)


def write_index(
    exhibits: list[Exhibit], wordings: list[Wording], publication: Publication, folder: Path
) -> None:
    """One page with every picture, that loads nothing from elsewhere."""
    editions = sorted({exhibit.edition for exhibit in exhibits}, reverse=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(
        environment(__package__).get_template("report_index").render(
            editions=editions,
            exhibits=exhibits,
            places={
                wording.language.code: f"{edition}-{wording.language.code}"
                for wording in wordings for edition in editions[:1]
            },
            **framed(
                publication, wordings, f"{folder.name}/index.html",
                spoken(wordings, "files_report_title"),
            ),
        ),
        encoding="utf-8",
    )
