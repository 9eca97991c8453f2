"""One workbook to send on: notes, the tables of the report, its figures, estimates, changes.

Numbers are numbers, with their unit in the header; a mark such as (u) is the number's format,
and is in a column of its own as well. What the long sheets show is the seed
`workbook_columns`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from pathlib import Path

import duckdb
import pyarrow as pa
import xlsxwriter

from barometer.outputs.exports.eurostat import EUROSTAT_CODE
from barometer.outputs.language.wording import LANGUAGES, Wording
from barometer.outputs.printed_report.exhibits import Labels, Table, labels, read_tables
from barometer.outputs.printed_report.sheets import PAPER_A3, Sheets, new_workbook

HEADER_ROW = 3
# In points, of a line of text.
LINE_HEIGHT = 15

# Estimates or changes with the labels of all that they are about, the newest first.
LABELLED = f"""
    select
        facts.*,
        editions.status,
        {EUROSTAT_CODE} as eurostat_code,
        indicators.label_nl as indicator_label_nl,
        indicators.label_en as indicator_label_en,
        bases.label_nl as base_label_nl,
        bases.label_en as base_label_en,
        coalesce(sectors.label_nl, sizes.label_nl) as category_label_nl,
        coalesce(sectors.label_en, sizes.label_en) as category_label_en
    from marts.{{mart}} as facts
    inner join marts.dim_editions as editions using (edition)
    inner join marts.dim_indicators as indicators using (indicator_id)
    inner join marts.dim_bases as bases using (base_id)
    left join marts.dim_sectors as sectors
        on facts.domain = 'sector' and facts.category = sectors.sector_code
    left join marts.dim_size_classes as sizes
        on facts.domain = 'size' and facts.category = sizes.size_class_code
    order by
        {{newest}}, indicators.sort_order, indicator_id, bases.sort_order,
        domain = 'total' desc, domain desc, sizes.sort_order, sectors.sort_order
"""

# Figures as the report prints them.
PRINTED = """
    select figures.*, editions.status
    from marts.{mart} as figures
    inner join marts.dim_editions as editions using (edition)
    order by figure_sort_order, {newest}, series_sort_order, item_sort_order
"""

# Long sheets in order: the mart that each is of, its rows, and what puts the newest first.
LONG_SHEETS = {
    "figures": ("rpt_figures", PRINTED, "edition desc"),
    "estimates": ("fct_estimates", LABELLED, "edition desc"),
    "changes": ("fct_changes", LABELLED, "edition desc, previous_edition desc"),
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its header, its width in characters, how its numbers look."""

    header: str
    width: float
    number_format: str | None = None


@dataclass(frozen=True)
class Cell:
    """A value, its mark, and whether it is in italics: a second count of the same thing."""

    value: object = None
    mark: str | None = None
    is_italic: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet with one table.

    Attributes:
        name: what is on its tab.
        titles: its title, by language.
        columns: its columns.
        rows: a cell a column each.
        remarks: lines below the table.
        frozen: columns that stay in sight.
        is_wrapped: whether a row is as high as its longest text.
        printed: columns that are printed, the first ones; None for all.
    """

    name: str
    titles: Labels
    columns: list[Column]
    rows: list[list[Cell]]
    remarks: list[str]
    frozen: int
    is_wrapped: bool
    printed: int | None = None


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    tables: pa.Table,
    captions: pa.Table,
    terms: pa.Table,
    columns: pa.Table,
    path: Path,
) -> None:
    """Write the workbook: the same marts, the same bytes.

    Args:
        connection: the marts to show, in its schema `marts`; a long sheet whose mart is not
            there is left out.
        tables: seed `report_tables`.
        captions: `int_exhibits_captioned`.
        terms: seed `report_terms`.
        columns: seed `workbook_columns`.
        path: the file to write.

    Raises:
        ValueError: a term that names a sheet cannot.
    """
    wordings = [Wording(language, terms) for language in LANGUAGES]
    statuses = dict(
        connection.sql("select edition, status from marts.dim_editions order by edition").fetchall()
    )
    (created,) = connection.sql("select max(fieldwork_end) from marts.dim_editions").fetchone()
    report = sorted(
        read_tables(connection, tables, captions, terms, statuses),
        key=lambda table: (table.number, -table.edition),
    )
    sheets = [
        *(
            report_sheet(list(editions), wordings)
            for _, editions in groupby(report, key=lambda table: table.number)
        ),
        *long_sheets(connection, columns, wordings),
    ]
    with new_workbook(
        path, created,
        title=wordings[0].term("workbook_title"), author=wordings[0].term("source"),
        comments="; ".join(wording.editions(statuses) for wording in wordings),
    ) as workbook:
        writer = Writer(workbook, wordings, statuses)
        writer.write_contents(sheets)
        writer.write_notes(notes(connection, wordings, statuses))
        for sheet in sheets:
            writer.write_sheet(sheet)


def report_sheet(editions: list[Table], wordings: list[Wording]) -> Sheet:
    """A table of the report: the rows of every edition, the newest first."""
    return (words_sheet if editions[0].has_words else table_sheet)(editions, wordings)


def words_sheet(editions: list[Table], wordings: list[Wording]) -> Sheet:
    """A table of words, each language in columns of its own."""
    newest = editions[0]
    return Sheet(
        name=wordings[0].term("workbook_tables", number=newest.number),
        titles={wording.language.code: newest.title(wording) for wording in wordings},
        columns=[
            Column(both(term("csv_edition", wordings)), 9, "0"),
            *(
                Column(f"{name} ({wording.term('language')})", width)
                for wording in wordings
                for name, width in [
                    (wording.term(newest.corner), 18),
                    *((column[wording.language.code], 60) for column in newest.columns),
                ]
            ),
        ],
        rows=[
            [
                Cell(table.edition),
                *(
                    Cell(text)
                    for wording in wordings
                    for text in [
                        label[wording.language.code],
                        *(
                            text for column in range(len(newest.columns))
                            for text in table.texts(wording, row, column)
                        ),
                    ]
                ),
            ]
            for table in editions
            for row, label in enumerate(table.rows)
        ],
        remarks=[line for wording in wordings for line in remarks(editions, wording)],
        frozen=2,
        is_wrapped=True,
    )


def table_sheet(editions: list[Table], wordings: list[Wording]) -> Sheet:
    """A table of numbers. A column that one edition does not have is empty in its rows."""
    newest = editions[0]
    across = list(dict.fromkeys(both(label) for table in editions for label in table.columns))
    rows = [
        [
            Cell(table.edition),
            *(Cell(text) for text in label.values()),
            *([Cell(both(term(measure, wordings), " / "))] if measure else []),
            *(table_cells(table, wordings[0], row, place).get(name, Cell()) for name in across),
            *([] if measure else [Cell(table.marked_columns(wordings[0], row) or None)]),
        ]
        for table in editions
        for row, label in enumerate(table.rows)
        for place, measure in enumerate(table.measures or (None,))
    ]
    unit = "csv_count" if newest.measures else "csv_percentage"
    number_format = "#,##0" if newest.measures else "0.0"
    return Sheet(
        name=wordings[0].term("workbook_tables", number=newest.number),
        titles={
            wording.language.code: f"{newest.label(wording)} ({wording.term(unit).lower()})"
            for wording in wordings
        },
        columns=[
            Column(both(term("csv_edition", wordings)), 9, "0"),
            *(
                Column(f"{wording.term(newest.corner)} ({wording.term('language')})", 36)
                for wording in wordings
            ),
            *([Column(both(term("csv_count", wordings)), 30)] if newest.measures else []),
            *(Column(name, 17, number_format) for name in across),
            *([] if newest.measures else [Column(both(term("csv_mark", wordings)), 40)]),
        ],
        rows=rows,
        remarks=[line for wording in wordings for line in remarks(editions, wording)],
        frozen=3,
        is_wrapped=True,
    )


def table_cells(table: Table, wording: Wording, row: int, place: int) -> dict[str, Cell]:
    """The cells of a row by column; a dash where the base of a percentage is empty."""
    cells = {}
    for column, label in enumerate(table.columns):
        value = table.cells.get((row, column), {place: None})[place]
        mark = table.mark(wording, row, column)
        if value is None and mark is None and not table.measures:
            value = wording.term("no_value")
        cells[both(label)] = Cell(value, mark, is_italic=place > 0)
    return cells


def remarks(editions: list[Table], wording: Wording) -> list[str]:
    """N and what is below a table, in one language: that of each edition, and once what is shared."""
    captions = {
        table.edition: [
            *([wording.respondents(table.respondents)] if table.respondents else []),
            *table.caption(wording),
        ]
        for table in editions
    }
    shared = set.intersection(*map(set, captions.values()))
    own = [
        f"{edition}: {line}"
        for edition, lines in captions.items()
        for line in lines
        if line not in shared
    ]
    return own + [line for line in captions[editions[0].edition] if line in shared]


def long_sheets(
    connection: duckdb.DuckDBPyConnection, columns: pa.Table, wordings: list[Wording]
) -> Iterable[Sheet]:
    """Figures, estimates and changes: those whose mart is there."""
    present = {
        name
        for (name,) in connection.sql(
            "select table_name from information_schema.tables "
            "where table_schema = 'marts' and table_catalog = current_database()"
        ).fetchall()
    }
    for sheet, (mart, query, newest) in LONG_SHEETS.items():
        if mart not in present:
            continue
        facts = connection.sql(query.format(mart=mart, newest=newest)).to_arrow_table()
        shown = sorted(
            (row for row in columns.to_pylist() if row["sheet"] == sheet),
            key=lambda row: row["sort_order"],
        )
        yield Sheet(
            name=wordings[0].term(f"workbook_{sheet}"),
            titles=term(f"workbook_{sheet}_title", wordings),
            columns=[
                Column(both(labels(row, "label")), row["width"], row["number_format"])
                for row in shown
            ],
            rows=[
                [
                    Cell(fact[row["column_name"]], fact["mark"] if row["is_marked"] else None)
                    for row in shown
                ]
                for fact in (worded(row, wordings) for row in facts.to_pylist())
            ],
            remarks=[],
            frozen=1,
            is_wrapped=False,
            printed=sum(row["is_printed"] for row in shown),
        )


def worded(fact: dict, wordings: list[Wording]) -> dict:
    """A row with its mark, and with words for its domain, its total and its booleans."""
    status = fact.get("conf_status")
    status = fact.get("obs_status") if status in (None, "F") else status
    fact = fact | {"mark": wordings[0].mark(status)}
    for wording in wordings:
        language = wording.language.code
        if "domain" in fact:
            fact[f"domain_label_{language}"] = wording.term(fact["domain"])
            fact[f"category_label_{language}"] = fact[
                f"category_label_{language}"
            ] or wording.term(fact["category"])
        for name in ("is_significant", "is_comparable"):
            if fact.get(name) is not None:
                fact[f"{name}_label_{language}"] = wording.term("yes" if fact[name] else "no")
            else:
                fact[f"{name}_label_{language}"] = None
    return fact


def notes(
    connection: duckdb.DuckDBPyConnection, wordings: list[Wording], statuses: dict[int, str]
) -> list[tuple[bool, Labels]]:
    """Lines of the notes, headings flagged: the data, units, marks, and the quality report's texts."""
    lines = [(True, term("workbook_notes_title", wordings))]
    lines += [(False, {w.language.code: w.editions(statuses) for w in wordings})]
    if "synthetic" in statuses.values():
        lines.append((False, term("workbook_synthetic", wordings)))
    lines += [
        (False, term(name, wordings))
        for name in ("workbook_find", "workbook_units", "workbook_intervals")
    ]
    marked = [name.removeprefix("mark_") for name in wordings[0].terms if name.startswith("mark_")]
    lines += [
        (False, dict(zip([w.language.code for w in wordings], legend, strict=True)))
        for legend in zip(*(wording.legends(set(marked)) for wording in wordings), strict=True)
    ]
    lines.append((False, term("workbook_empty", wordings, mark=wordings[0].term("no_value"))))
    for row in connection.sql(
        """
        select concept_label_nl, concept_label_en, text_nl, text_en
        from marts.rpt_quality
        where
            edition = (select max(edition) from marts.dim_editions)
            and measure_label_nl is null and text_nl is not null
        order by concept_sort_order, text_nl
        """
    ).to_arrow_table().to_pylist():
        for is_heading, name in ((True, "concept_label"), (False, "text")):
            lines.append((is_heading, labels(row, name)))
    return lines


def term(term_id: str, wordings: list[Wording], **names: object) -> Labels:
    """A term in every language."""
    return {wording.language.code: wording.term(term_id, **names) for wording in wordings}


def both(labels: Labels, between: str = "\n") -> str:
    """Labels under one another or with another sign between; one where they are equal."""
    return between.join(dict.fromkeys(labels.values()))


def height(texts: Iterable[str], width: float) -> float:
    """The height in points of a row of wrapped texts in columns of a width in characters."""
    return LINE_HEIGHT * max(
        sum(max(1, ceil(len(line) / width)) for line in text.split("\n")) for text in texts
    )


class Writer(Sheets):
    """Sheets as XlsxWriter writes them, in one style."""

    def __init__(
        self, workbook: xlsxwriter.Workbook, wordings: list[Wording], statuses: dict[int, str]
    ):
        super().__init__(workbook)
        self.wordings = wordings
        self.statuses = statuses

    def add(self, name: str, titles: Labels, widths: list[float]):
        """A new sheet with its titles."""
        sheet = self.new_sheet(name, self.wordings[0].editions(self.statuses), "&C&A&R&P / &N")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        first, *others = titles.values()
        sheet.write_string(0, 0, first, self.format(bold=True, font_size=14))
        sheet.write_string(1, 0, " / ".join(others), self.format(italic=True))
        return sheet

    def write_contents(self, sheets: list[Sheet]) -> None:
        """The first sheet: what the data are, how to find a number, and links to the others."""
        name = self.wordings[0].term("workbook_contents")
        sheet = self.add(name, term("workbook_title", self.wordings), [16, 80, 80])
        lines = [
            *([term("workbook_synthetic", self.wordings)]
              if "synthetic" in self.statuses.values() else []),
            {w.language.code: w.editions(self.statuses) for w in self.wordings},
            term("workbook_find", self.wordings),
        ]
        row = HEADER_ROW
        for line in lines:
            for place, text in enumerate(line.values(), start=1):
                sheet.write_string(
                    row, place, text, self.format(text_wrap=True, bold=row == HEADER_ROW)
                )
            sheet.set_row(row, height(line.values(), 80))
            row += 1
        row += 1
        header = self.format(bold=True, bottom=1)
        sheet.write_string(row, 0, both(term("workbook_sheet", self.wordings), " / "), header)
        for place, wording in enumerate(self.wordings, start=1):
            sheet.write_string(row, place, wording.term("language"), header)
        listed = [
            (self.wordings[0].term("workbook_notes"), term("workbook_notes_title", self.wordings)),
            *((other.name, other.titles) for other in sheets),
        ]
        for row, (other, titles) in enumerate(listed, start=row + 1):
            self.write_link(sheet, row, other)
            for place, title in enumerate(titles.values(), start=1):
                sheet.write_string(row, place, title, self.format(text_wrap=True))
            sheet.set_row(row, height(titles.values(), 80))

    def write_notes(self, lines: list[tuple[bool, Labels]]) -> None:
        """The second sheet: Dutch to the left, English to the right."""
        name = self.wordings[0].term("workbook_notes")
        sheet = self.add(name, term("workbook_notes", self.wordings), [80, 80])
        self.write_back(sheet)
        for row, (is_heading, texts) in enumerate(lines, start=HEADER_ROW):
            for place, text in enumerate(texts.values()):
                sheet.write_string(row, place, text, self.format(text_wrap=True, bold=is_heading))
            sheet.set_row(row, height(texts.values(), 80))

    def write_back(self, sheet) -> None:
        """A link to the contents, above the table."""
        name = self.wordings[0].term("workbook_contents")
        self.write_link(sheet, HEADER_ROW - 1, name, f"← {name}")

    def write_sheet(self, content: Sheet) -> None:
        """A sheet with a table that can be filtered, its header in sight."""
        sheet = self.add(content.name, content.titles, [column.width for column in content.columns])
        self.write_back(sheet)
        sheet.write_string(
            HEADER_ROW - 1, 1, " / ".join(w.editions(self.statuses) for w in self.wordings),
            self.format(bold="synthetic" in self.statuses.values()),
        )
        header = {
            "bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E7EEF7", "valign": "vcenter",
        }
        sheet.set_row(
            HEADER_ROW, max(height([column.header], column.width) for column in content.columns)
        )
        for place, column in enumerate(content.columns):
            align = {"align": "right"} if column.number_format else {}
            sheet.write_string(HEADER_ROW, place, column.header, self.format(**header, **align))
        for row, cells in enumerate(content.rows, start=HEADER_ROW + 1):
            for column, (place, cell) in zip(content.columns, enumerate(cells), strict=True):
                layout = {"align": "right"} if column.number_format else {"indent": 1}
                layout |= {"text_wrap": True} if content.is_wrapped else {}
                self.write_cell(sheet, row, place, cell, column.number_format, layout)
            if content.is_wrapped:
                sheet.set_row(
                    row,
                    max(
                        height([cell.value], column.width - 2)
                        for column, cell in zip(content.columns, cells, strict=True)
                        if isinstance(cell.value, str)
                    ),
                )
        last = HEADER_ROW + len(content.rows)
        sheet.autofilter(HEADER_ROW, 0, last, len(content.columns) - 1)
        sheet.freeze_panes(HEADER_ROW + 1, content.frozen)
        sheet.repeat_rows(HEADER_ROW)
        if content.printed:
            sheet.print_area(0, 0, last, content.printed - 1)
            sheet.set_paper(PAPER_A3)
        for row, line in enumerate(content.remarks, start=last + 2):
            sheet.write_string(row, 0, line, self.format(italic=True))

    def write_cell(
        self, sheet, row: int, place: int, cell: Cell, number_format: str | None, layout: dict
    ) -> None:
        """A number as a number, its mark as part of its format; a mark alone where none is."""
        style = (
            layout
            | ({"italic": True} if cell.is_italic else {})
            | ({"italic": True, "font_color": "#7F7F7F"} if cell.mark else {})
        )
        if isinstance(cell.value, str):
            sheet.write_string(row, place, cell.value, self.format(**style))
        elif cell.value is not None:
            mark = f'" {cell.mark}"' if cell.mark else ""
            sheet.write_number(
                row, place, cell.value,
                self.format(num_format=f"{number_format}{mark}", **style),
            )
        elif cell.mark:
            sheet.write_string(row, place, cell.mark, self.format(**style))
