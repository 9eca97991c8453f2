"""Sheets of a workbook in one style, as XlsxWriter writes them: the same cells, the same bytes."""

from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxInputError

# Numbers that spreadsheets have for sizes of paper.
PAPER_A3, PAPER_A4 = 8, 9


def new_workbook(path: Path, created: date, **properties: str) -> xlsxwriter.Workbook:
    """A workbook whose texts stay texts.

    Args:
        created: the day that the file says it was made on.
        properties: title, author and comments.
    """
    workbook = xlsxwriter.Workbook(
        path,
        {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False},
    )
    workbook.set_properties(properties | {"created": datetime.combine(created, time())})
    return workbook


def place_of(sheet: str) -> str:
    """Where a link to a sheet leads."""
    return "internal:'{}'!A1".format(sheet.replace("'", "''"))


class Sheets:
    """The sheets of a workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook):
        self.workbook = workbook
        self.formats = {}

    def format(self, **properties: object):
        """The format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(
                {"font_name": "Calibri", "font_size": 11, "valign": "top"} | properties
            )
        return self.formats[key]

    def new_sheet(self, name: str, left: str, right: str):
        """A new sheet for paper of A4.

        Args:
            left: what is printed below it to the left, as it is.
            right: what follows, in codes of the footer.

        Raises:
            ValueError: the name cannot be that of a sheet.
        """
        try:
            sheet = self.workbook.add_worksheet(name)
        except XlsxInputError as fault:
            raise ValueError(
                f"seeds/reference/report_terms.csv: found {name!r} for the name of a sheet ({fault}); "
                "expected another, of 31 characters at most"
            ) from fault
        sheet.hide_gridlines(2)
        sheet.set_paper(PAPER_A4)
        # An ampersand begins a code there.
        sheet.set_footer(f"&L{left.replace('&', '&&')}{right}")
        return sheet

    def write_link(self, sheet, row: int, name: str, text: str | None = None) -> None:
        """A link to another sheet, in the first column; its text is the name by default."""
        sheet.write_url(
            row, 0, place_of(name), self.format(font_color="#0563C1", underline=1), text or name
        )
