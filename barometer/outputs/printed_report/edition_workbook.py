"""An edition's tables and figures as one workbook in one language, to be read and printed.

A sheet for each, with a chart that spreadsheets draw themselves. An interval is beside its
percentage, a mark is part of the number's format, and what marks mean is below, as in print.
"""

from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path

import xlsxwriter

from barometer.outputs.language.wording import Wording
from barometer.outputs.printed_report.colours import PALETTE, edition_colours
from barometer.outputs.printed_report.exhibits import Exhibit, Figure, Table
from barometer.outputs.printed_report.sheets import Sheets, new_workbook

FIRST_ROW = 5
# In pixels: of a row of cells, of a bar of a chart, of one of many, and of what is around the bars.
ROW_HEIGHT, BAR_HEIGHT, LOW_BAR_HEIGHT, MARGINS = 20, 18, 9, 130
MANY_BARS = 40
CHART_WIDTH = 820
# In characters: of labels, of a number, of an interval, and of a line below.
LABEL_WIDTH, NUMBER_WIDTH, INTERVAL_WIDTH, LINE_WIDTH = 46, 11, 15, 110
# A table of percentages across this many columns or more is printed on its side.
WIDE = 5


@dataclass(frozen=True)
class Value:
    """A number with its mark and the ends of its interval, each None where it has none."""

    number: float | None
    mark: str | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Grid:
    """Rows and columns of values, as a sheet has them.

    Attributes:
        rows, columns: their labels, in order.
        values: by row and column; a place without one is empty.
        colours: of the columns in the chart.
        charted_rows, charted_columns: how many of them the chart has, the first ones.
        is_stacked: whether the columns of a row are parts of a whole.
        is_percentage: whether the numbers are percentages, with intervals.
    """

    rows: list[str]
    columns: list[str]
    values: dict[tuple[int, int], Value]
    colours: tuple[str, ...]
    charted_rows: int
    charted_columns: int
    is_stacked: bool
    is_percentage: bool


def write_edition_workbook(
    exhibits: list[Exhibit], wording: Wording, created: date, path: Path
) -> None:
    """Write the workbook of one edition: the same exhibits, the same bytes.

    Args:
        exhibits: its tables and figures, in the order of the sheets.
        wording: the language.
        created: the day that the file says it was made on.
        path: the file to write.
    """
    with new_workbook(
        path, created,
        title=wording.term("workbook_title"), author=wording.term("source"),
        comments=exhibits[0].subtitle(wording),
    ) as workbook:
        writer = SheetWriter(workbook, wording)
        writer.write_contents(exhibits)
        for exhibit in exhibits:
            writer.write_exhibit(exhibit)


def sheet_name(exhibit: Exhibit, wording: Wording) -> str:
    """Kind and number of an exhibit, for its tab."""
    kind = "workbook_tables" if isinstance(exhibit, Table) else "workbook_figure"
    return wording.term(kind, number=exhibit.number)


def figure_grid(figure: Figure, wording: Wording) -> Grid:
    """Items down, series across; a figure that compares editions has the newest first."""
    language = wording.language.code
    items, series = figure.items(language), figure.series(language)
    colours = edition_colours(len(series)) if figure.compares_editions else tuple(
        PALETTE[place % len(PALETTE)] for place in range(len(series))
    )
    if figure.compares_editions:
        series, colours = series[::-1], colours[::-1]
    return Grid(
        rows=list(items),
        columns=series,
        values={
            (row, series.index(bar.series_labels[language])):
                Value(bar.value, wording.mark(bar.cell_status), bar.lower, bar.upper)
            for row, bars in enumerate(items.values())
            for bar in bars
        },
        colours=colours,
        charted_rows=len(items),
        charted_columns=len(series),
        is_stacked=figure.chart_type == "stacked_bar",
        is_percentage=True,
    )


def table_grid(table: Table, wording: Wording) -> Grid:
    """Rows and columns as printed; of several counts in a cell, each has rows of its own."""
    language = wording.language.code
    rows = [label[language] for label in table.rows]
    columns = [label[language] for label in table.columns]
    values = {}
    for (row, column), numbers in table.cells.items():
        for place, number in enumerate(numbers):
            values[place * len(rows) + row, column] = Value(
                number, table.mark(wording, row, column), *table.intervals.get((row, column), ())
            )
    return Grid(
        rows=[
            f"{wording.term(measure)}: {row}" if measure else row
            for measure in table.measures or (None,)
            for row in rows
        ],
        columns=columns,
        values=values,
        colours=tuple(PALETTE[place % len(PALETTE)] for place in range(len(columns))),
        charted_rows=len(rows) - table.total_row,
        charted_columns=len(columns) - table.total_column,
        is_stacked=bool(table.measures),
        is_percentage=not table.measures,
    )


class SheetWriter(Sheets):
    """The sheets of an edition in one language."""

    def __init__(self, workbook: xlsxwriter.Workbook, wording: Wording):
        super().__init__(workbook)
        self.wording = wording

    def add(self, name: str, footer: str):
        """A new sheet that is printed on one page."""
        sheet = self.new_sheet(name, footer, "&R&A")
        sheet.fit_to_pages(1, 1)
        return sheet

    def write_contents(self, exhibits: list[Exhibit]) -> None:
        """The first sheet: what the data are, and a link to each other one with what it says."""
        status = exhibits[0].subtitle(self.wording)
        sheet = self.add(self.wording.term("workbook_contents"), status)
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, LINE_WIDTH)
        sheet.write_string(
            0, 0, self.wording.term("workbook_title"), self.format(bold=True, font_size=14)
        )
        sheet.write_string(1, 0, status, self.format(bold=True))
        if "synthetic" in exhibits[0].statuses.values():
            sheet.write_string(2, 0, self.wording.term("workbook_synthetic"), self.format(bold=True))
        sheet.write_string(3, 0, self.wording.term("workbook_intervals"), self.format(italic=True))
        for row, exhibit in enumerate(exhibits, start=FIRST_ROW):
            self.write_link(sheet, row, sheet_name(exhibit, self.wording))
            title, subject, _ = exhibit.headings(self.wording)
            text = title if title == subject else f"{title} ({subject})"
            sheet.write_string(row, 1, text, self.format(text_wrap=True))
            sheet.set_row_pixels(row, ROW_HEIGHT * ceil(len(text) / LINE_WIDTH))

    def write_exhibit(self, exhibit: Exhibit) -> None:
        """A sheet: headings, the numbers, their chart, and what is to be said of them."""
        title, subject, status = exhibit.headings(self.wording)
        sheet = self.add(sheet_name(exhibit, self.wording), status)
        sheet.write_string(0, 0, title, self.format(bold=True, font_size=14))
        sheet.write_string(1, 0, subject, self.format())
        sheet.write_string(
            2, 0, status, self.format(bold="synthetic" in exhibit.statuses.values())
        )
        contents = self.wording.term("workbook_contents")
        self.write_link(sheet, FIRST_ROW - 2, contents, f"← {contents}")
        sheet.set_column(0, 0, LABEL_WIDTH)
        if isinstance(exhibit, Table) and exhibit.has_words:
            row = self.write_words(sheet, exhibit)
        else:
            grid = (table_grid if isinstance(exhibit, Table) else figure_grid)(exhibit, self.wording)
            row = self.write_grid(sheet, exhibit, grid)
        for row, line in enumerate(exhibit.caption(self.wording), start=row):
            sheet.write_string(row, 0, line, self.format(italic=True))

    def write_words(self, sheet, table: Table) -> int:
        """A table of words; the row after it."""
        sheet.set_column(1, len(table.columns), LINE_WIDTH)
        self.write_header(
            sheet, [self.wording.term(table.corner)]
            + [column[self.wording.language.code] for column in table.columns],
        )
        for row, label in enumerate(table.rows):
            texts = [label[self.wording.language.code]]
            for column in range(len(table.columns)):
                texts += table.texts(self.wording, row, column)
            for place, text in enumerate(texts):
                sheet.write_string(FIRST_ROW + 1 + row, place, text, self.format(text_wrap=True))
        return FIRST_ROW + len(table.rows) + 2

    def write_header(self, sheet, texts: list[str]) -> None:
        """The header of a table."""
        header = self.format(bold=True, text_wrap=True, bottom=1, bg_color="#E7EEF7")
        right = self.format(bold=True, text_wrap=True, bottom=1, bg_color="#E7EEF7", align="right")
        for place, text in enumerate(texts):
            sheet.write_string(FIRST_ROW, place, text, right if place else header)
        longest = max((len(text) for text in texts[1:]), default=0)
        sheet.set_row_pixels(FIRST_ROW, ROW_HEIGHT * max(1, ceil(longest / NUMBER_WIDTH)))
        sheet.freeze_panes(FIRST_ROW + 1, 1)

    def write_grid(self, sheet, exhibit: Exhibit, grid: Grid) -> int:
        """The numbers and the chart below them; the row after it."""
        step = 2 if grid.is_percentage else 1
        corner = self.wording.term(exhibit.corner if isinstance(exhibit, Table) else "csv_item")
        header = [corner]
        for column, label in enumerate(grid.columns):
            place = 1 + column * step
            sheet.set_column(place, place, NUMBER_WIDTH)
            header.append(f"{label} (%)" if grid.is_percentage else label)
            if grid.is_percentage:
                sheet.set_column(place + 1, place + 1, INTERVAL_WIDTH)
                header.append(self.wording.term("interval_label"))
        self.write_header(sheet, header)
        for row, label in enumerate(grid.rows):
            sheet.write_string(FIRST_ROW + 1 + row, 0, label, self.format(text_wrap=True))
            sheet.set_row_pixels(FIRST_ROW + 1 + row, ROW_HEIGHT * ceil(len(label) / LABEL_WIDTH))
            for column in range(len(grid.columns)):
                self.write_value(
                    sheet, FIRST_ROW + 1 + row, 1 + column * step,
                    grid.values.get((row, column)), grid.is_percentage,
                )
        if len(grid.columns) >= WIDE:
            sheet.set_landscape()
        last = FIRST_ROW + len(grid.rows)
        bars = grid.charted_rows * (1 if grid.is_stacked else grid.charted_columns)
        height = MARGINS + bars * (LOW_BAR_HEIGHT if bars > MANY_BARS else BAR_HEIGHT)
        sheet.insert_chart(last + 2, 0, self.chart(sheet.get_name(), exhibit, grid, step, height))
        return last + 3 + ceil(height / ROW_HEIGHT)

    def write_value(self, sheet, row: int, place: int, value: Value | None, is_percentage: bool):
        """A number, its mark as part of its format; beside a percentage its interval as text."""
        if value is None:
            return
        style = {"align": "right"} | ({"italic": True, "font_color": "#7F7F7F"} if value.mark else {})
        mark = f'" {value.mark}"' if value.mark else ""
        if value.number is not None:
            number_format = "0.0" if is_percentage else "#,##0"
            sheet.write_number(
                row, place, value.number, self.format(num_format=number_format + mark, **style)
            )
        elif value.mark or is_percentage:
            text = value.mark or self.wording.term("no_value")
            sheet.write_string(row, place, text, self.format(**style))
        if is_percentage and value.lower is not None:
            ends = f"{self.wording.decimal(value.lower)} – {self.wording.decimal(value.upper)}"
            sheet.write_string(row, place + 1, ends, self.format(**style))

    def chart(self, sheet: str, exhibit: Exhibit, grid: Grid, step: int, height: int):
        """Bars from left to right, the first row above; whiskers are the intervals."""
        chart = self.workbook.add_chart(
            {"type": "bar", "subtype": "stacked"} if grid.is_stacked else {"type": "bar"}
        )
        first, last = FIRST_ROW + 1, FIRST_ROW + grid.charted_rows
        for column in range(grid.charted_columns):
            place = 1 + column * step
            found = [grid.values.get((row, column), Value(None)) for row in range(grid.charted_rows)]
            series = {
                "name": [sheet, FIRST_ROW, place],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, place, last, place],
                "fill": {"color": grid.colours[column]},
                "gap": 40,
            }
            if not grid.is_stacked and any(value.lower is not None for value in found):
                series["x_error_bars"] = {
                    "type": "custom",
                    "plus_values": [whisker(value.number, value.upper) for value in found],
                    "minus_values": [whisker(value.lower, value.number) for value in found],
                }
            chart.add_series(series)
        title, _, status = exhibit.headings(self.wording)
        chart.set_title({"name": f"{title}\n{status}", "name_font": {"size": 11}, "overlay": False})
        chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
        # The first row is above, and so would be the axis without this.
        axis = {
            "min": 0, "label_position": "high",
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
        chart.set_x_axis(axis | ({"num_format": "0"} if grid.is_percentage else {"num_format": "#,##0"}))
        chart.set_legend({"none": True} if grid.charted_columns == 1 else {"position": "bottom"})
        chart.set_size({"width": CHART_WIDTH, "height": height})
        return chart


def whisker(lower: float | None, upper: float | None) -> float:
    """How long a whisker is; 0 without an interval."""
    return 0 if lower is None or upper is None else max(round(upper - lower, 6), 0)
