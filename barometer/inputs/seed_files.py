"""What is wrong with a CSV file before anything reads it: encoding, header, ragged rows."""

import csv
import re

COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]*")


def csv_header(path: str) -> list[str]:
    """The column names on the first line of a file; none where they cannot be read."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file, strict=True), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def csv_fault(path: str) -> str | None:
    """The first fault of a CSV file as a sentence (file, line, found, expected), or None.

    A file is UTF-8, comma-separated, quoted with `"`, has one header line of distinct
    lower-case names, and as many fields in each row. The sentence never quotes a row:
    it may hold personal data.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, None)
            fault = header_fault(header)
            if fault:
                return f"{path}, line 1: {fault}"
            for row in reader:
                if not any(row):
                    return (
                        f"{path}, line {reader.line_num}: found a line without a value; expected a "
                        "row, or the end of the file"
                    )
                if len(row) != len(header):
                    return (
                        f"{path}, line {reader.line_num}: found {len(row)} fields; "
                        f"expected {len(header)}, as in the header"
                    )
    except UnicodeDecodeError as error:
        return f"{path}: found byte 0x{error.object[error.start]:02x} that is not UTF-8; expected UTF-8"
    except csv.Error as error:
        return f"{path}, line {reader.line_num}: found {error}; expected comma-separated values"
    except OSError as error:
        return f"{path}: found no readable file ({error.strerror}); expected one"
    return None


def header_fault(header: list[str] | None) -> str | None:
    """What is wrong with a header, or None."""
    if not header:
        return "found an empty file; expected a header"
    for place, name in enumerate(header, start=1):
        if not name:
            return f"found no name for column {place}; expected a name for each column"
        if not COLUMN_NAME.fullmatch(name):
            return (
                f"found column name '{shown(name)}'; expected lower-case letters, digits and "
                "underscores, names separated by commas"
            )
        if header.count(name) > 1:
            return f"found column {name} {header.count(name)} times; expected it once"
    return None


def shown(text: str) -> str:
    """A text in which every character shows: one that does not is written as U+00A0."""
    return "".join(
        character if character.isprintable() else f"<U+{ord(character):04X}>" for character in text
    )
