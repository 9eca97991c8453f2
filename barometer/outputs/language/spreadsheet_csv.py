"""CSV files that a spreadsheet opens: numbers and columns as a language writes them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from barometer.outputs.language.wording import Language


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
