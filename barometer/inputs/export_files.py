"""Files as survey tools export them: what the header of each says, and its rows as text.

A row of the seed `raw_dialects` says what wrote a file; the columns keep the names, and the cells
the texts, that a researcher sees in it. What they become is in barometer.inputs.export_values. As in
barometer.inputs.input_files no file is refused here, and no fault quotes a row.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from barometer.inputs.input_files import (
    CHUNK_ROWS,
    DELIMITERS,
    FAULT_FIELDS,
    NO_FAULT,
    QUALTRICS_CELL,
    Fault,
    decoded,
    ends_of,
    field_count,
    first_line_fault,
    null_if_empty,
    open_csv,
    quotation_fault,
    raw_csv_records,
    text_fault,
    undecoded_byte,
)


class Dialect(NamedTuple):
    """How a program writes its files."""

    suffixes: tuple[str, ...]
    has_questions: bool = False
    """Whether the questions are below the names; where ids of the program follow, they are a third line."""


DIALECTS = {
    "csv": Dialect((".csv",)),
    "excel": Dialect((".xlsx",)),
    "limesurvey": Dialect((".csv", ".xlsx")),
    "qualtrics": Dialect((".csv", ".xlsx"), has_questions=True),
    "spss": Dialect((".sav",)),
}

# What the place of a row is called where a file has no lines.
PLACES = {".xlsx": "row", ".sav": "case"}

# SPSS counts seconds from the day that the calendar began with.
SPSS_EPOCH = datetime(1582, 10, 14, tzinfo=UTC)
SPSS_DAYS = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE")
SPSS_MOMENTS = ("DATETIME", "YMDHMS")


class Layout(NamedTuple):
    """What is above the rows of a file."""

    names: list[str]
    delimiter: str = ","
    record_count: int = 1
    """Records of the header: the names, and the questions and ids below them."""
    line_count: int = 1
    """Lines that these are on."""
    texts: tuple[str, ...] = ()
    """What the file says of each column, where it does: the questions."""


def export_header(path: Path, dialect: str) -> tuple[list[str] | None, bool | None, Fault]:
    """Column names of a file, and whether its last line ends (None where it has no lines), or a fault."""
    is_ended = None
    try:
        start, is_last_line_ended = ends_of(path)
        found = None if start else Fault("file_empty")
        if path.suffix == ".csv":
            is_ended, found = is_last_line_ended, found or text_fault(start)
        found = found or layout(path, dialect)
    except OSError as error:
        found = Fault("file_unreadable", error.strerror or "an error of the disk", "a file that can be opened")
    if isinstance(found, Fault):
        return None, None, found
    return (found.names, is_ended, NO_FAULT) if any(found.names) else (None, None, Fault("file_empty"))


def layout(path: Path, dialect: str) -> Layout | Fault:
    """What is above the rows of a file, or a fault."""
    if path.suffix == ".sav":
        return sav_layout(path)
    if path.suffix == ".xlsx":
        rows = sheet_rows(path)
        return rows if isinstance(rows, Fault) else layout_of(iter(rows), DIALECTS[dialect])
    return csv_layout(path, DIALECTS[dialect])


def csv_layout(path: Path, dialect: Dialect) -> Layout | Fault:
    """`layout` of a CSV file, whose delimiter is the one that divides its names the most."""
    delimiters = (",", *DELIMITERS.values())
    with open_csv(path) as file:
        fault = first_line_fault(file.readline())
    if fault:
        return fault
    counts = {}
    for each in delimiters:
        with open_csv(path) as file:
            counts[each] = field_count(file, each)
    delimiter = max(counts, key=counts.get)
    with open_csv(path) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            found = layout_of(reader, dialect, delimiter)
        except csv.Error as error:
            return quotation_fault(error)
    bad_byte = undecoded_byte(found.names)
    return Fault("encoding_wrong", bad_byte) if bad_byte else found


def layout_of(records: Iterator[list], dialect: Dialect, delimiter: str = ",") -> Layout:
    """The layout of records, which are taken from above the first row of answers."""
    names = [shown(name) for name in next(records, [])]
    record_count, line_count, texts = 1, getattr(records, "line_num", 1), []
    if dialect.has_questions:
        texts = [shown(text) for text in next(records, [])]
        record_count, line_count = 2, getattr(records, "line_num", 2)
        if any(str(cell).startswith(QUALTRICS_CELL) for cell in next(records, [])):
            record_count, line_count = 3, getattr(records, "line_num", 3)
    return Layout(names, delimiter, record_count, line_count, tuple(texts))


def shown(text: object) -> str:
    """What shows of a text on one line: any blanks are one plain blank."""
    return " ".join(str(text).split())


def sav_layout(path: Path) -> Layout | Fault:
    """`layout` of a file of SPSS, which has its names apart from its cases."""
    meta = sav_read(path, metadataonly=True)
    if isinstance(meta, Fault):
        return meta
    _, about = meta
    labels = about.column_names_to_labels
    return Layout(about.column_names, record_count=0, line_count=0,
                  texts=tuple(shown(labels[name] or "") for name in about.column_names))


def sav_read(path: Path, **options) -> tuple[dict[str, list], object] | Fault:
    """Columns of a file of SPSS, dates as they are in it, and what it says of them."""
    # It takes a while to be imported: no other file needs it.
    import pyreadstat

    try:
        return pyreadstat.read_sav(
            str(path), output_format="dict", disable_datetime_conversion=True, **options
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        return Fault("file_unreadable", type(error).__name__, "a file of SPSS")


def sheet_rows(path: Path) -> list[list] | Fault:
    """Rows of the only sheet of a workbook, to the last one with a value; an empty cell is ''."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [
            workbook.get_sheet_by_index(place).to_python(skip_empty_area=False)
            for place in range(len(workbook.sheet_names))
        ]
    except (python_calamine.CalamineError, OSError) as error:
        return Fault("file_unreadable", type(error).__name__, "a workbook of Excel")
    filled = [rows for rows in sheets if any(cell != "" for row in rows for cell in row)]
    if len(filled) > 1:
        return Fault("file_ambiguous", f"{len(filled)} sheets with values")
    rows = filled[0] if filled else []
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    return rows


def export_rows(file: dict, wanted: list[str], has_labels: set[str]) -> pa.Table:
    """The rows of a file as text.

    Args:
        file: a row of `raw_files` with a usable header.
        wanted: names of columns, as the file has them.
        has_labels: those of them whose values are read by their labels, where the file has labels
            beside its values.

    Returns:
        `line_number` (the row of a sheet, the case of SPSS), `FAULT_FIELDS`, and the columns wanted as
        texts, named `cell_0`, `cell_1`, … in their order. An empty cell is null; a row at fault has
        no values.
    """
    path = Path(file["file_name"])
    if path.suffix == ".sav":
        return sav_rows(path, wanted, has_labels)
    if path.suffix == ".xlsx":
        rows = sheet_rows(path)
        above = layout_of(iter(rows), DIALECTS[file["dialect"]])
        records = sheet_records(rows, above)
    else:
        above = csv_layout(path, DIALECTS[file["dialect"]])
        records = map(decoded, raw_csv_records(
            path, len(above.names), above.delimiter, above.record_count, may_go_on=True
        ))
    at = [above.names.index(name) for name in wanted]
    chunks = []
    while not chunks or chunks[-1].num_rows == CHUNK_ROWS:
        chunks.append(chunk_of(list(islice(records, CHUNK_ROWS)), at))
    return pa.concat_tables(chunks)


def chunk_of(records: list[tuple[int, list[str] | None, Fault]], at: list[int]) -> pa.Table:
    """Records as rows of `export_rows`, with their cells at some places."""
    cells = [
        pa.array([values and values[place] for _, values, _ in records], pa.string()) for place in at
    ]
    return with_lines([line for line, _, _ in records], [fault for _, _, fault in records], cells)


def with_lines(lines: Iterable[int], faults: list[Fault], columns: list) -> pa.Table:
    """Columns of cells behind the line of each row and its fault."""
    place = [
        pa.array(lines, pa.int32()),
        *(pa.array([fault[part] for fault in faults], pa.string()) for part in range(len(FAULT_FIELDS))),
    ]
    return pa.table(
        [*place, *map(null_if_empty, columns)],
        names=["line_number", *(name for name, _ in FAULT_FIELDS), *cell_names(len(columns))],
    )


def cell_names(count: int) -> list[str]:
    """What columns are called while they have no name of this project."""
    return [f"cell_{place}" for place in range(count)]


def sheet_records(rows: list[list], above: Layout) -> Iterator[tuple[int, list[str] | None, Fault]]:
    """Number, cells and fault of each row of a sheet."""
    for number, row in enumerate(rows[above.record_count:], start=above.record_count + 1):
        cells = [cell_text(cell) for cell in row]
        yield (number, cells, NO_FAULT) if any(cells) else (number, None, Fault("row_empty"))


def cell_text(value: object) -> str:
    """A cell of a sheet as a CSV file would have it: whole numbers without decimals, ISO 8601 for times."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def sav_rows(path: Path, wanted: list[str], has_labels: set[str]) -> pa.Table:
    """`export_rows` of a file of SPSS."""
    read = sav_read(path)
    if isinstance(read, Fault):
        blank = [pa.nulls(1, pa.string()) for _ in wanted]
        return with_lines([None], [read], blank)
    values, about = read
    columns = {}
    for name, column in values.items():
        labels = about.variable_value_labels.get(name, {}) if name in has_labels else {}
        kind = about.original_variable_types[name].rstrip("0123456789.")
        columns[name] = sav_texts(pa.array(column), kind, labels)
    is_empty = pc.is_null(pc.coalesce(*map(null_if_empty, columns.values()))).to_pylist()
    faults = [Fault("row_empty") if empty else NO_FAULT for empty in is_empty]
    return with_lines(range(1, len(faults) + 1), faults, [columns[name] for name in wanted])


def sav_texts(values: pa.Array, kind: str, labels: dict) -> pa.Array:
    """Values of SPSS as texts: labels where there are some, whole numbers, times in ISO 8601.

    Args:
        kind: its format without widths, such as `F` or `DATETIME`.
        labels: labels by value; of a value without one the value itself is the text.
    """
    if pa.types.is_null(values.type) or pa.types.is_string(values.type):
        texts = values.cast(pa.string())
    elif kind in SPSS_DAYS + SPSS_MOMENTS:
        since = int(SPSS_EPOCH.timestamp())
        moments = pc.add(pc.round(values).cast(pa.int64()), since).cast(pa.timestamp("s"))
        texts = (moments.cast(pa.date32()) if kind in SPSS_DAYS else moments).cast(pa.string())
    else:
        whole = pc.if_else(pc.equal(pc.round(values), values), values, None)
        texts = pc.coalesce(whole.cast(pa.int64()).cast(pa.string()), values.cast(pa.string()))
    if labels:
        places = pc.index_in(values, value_set=pa.array(list(labels), values.type))
        texts = pc.coalesce(pa.array(list(labels.values()), pa.string()).take(places), texts)
    return texts
