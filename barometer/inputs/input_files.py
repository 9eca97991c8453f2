"""Raw files as text: what the header of each says, and its rows with their faults.

A file is never refused here. What is wrong with it becomes a fault, the id of a rule of the
seed `validation_rules` with what was found and what is expected, so that all faults of all
files can be reported at once. No fault quotes a row: it may hold personal data.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FILE_KINDS = ("sample", "responses")

FAULT_FIELDS = [("rule_id", pa.string()), ("found", pa.string()), ("expected", pa.string())]

ROW_FIELDS = [
    ("edition", pa.int16()),
    ("file_name", pa.string()),
    ("line_number", pa.int32()),
    *FAULT_FIELDS,
]

ENCODING_MARKS = {
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
    b"PK\x03\x04": "a ZIP file, such as a spreadsheet",
    b"\xd0\xcf\x11\xe0": "a spreadsheet of an old program",
}

# Those that other programs write, by what they are called.
DELIMITERS = {"semicolons": ";", "tabs": "\t", "vertical bars": "|"}

BYTE_ORDER_MARK = "\ufeff"

# A first line for a spreadsheet, which names the delimiter.
SEPARATOR_LINE = re.compile("sep=(.)", re.IGNORECASE)

# How each cell of the third line begins in an export of Qualtrics; the second one has the questions.
QUALTRICS_CELL = '{"ImportId":'

# Rows that are turned into columns together: a million rows are never Python lists at once.
CHUNK_ROWS = 20_000


class Fault(NamedTuple):
    """A rule that is broken: what was found, and what fills its `{expected}`."""

    rule_id: str
    found: str | None = None
    expected: str | None = None


NO_FAULT = Fault(None)


def header(path: Path) -> tuple[list[str] | None, bool | None, Fault]:
    """Column names of a file, and whether its last line ends (None for Parquet), or a fault."""
    try:
        start, is_ended = ends_of(path)
        if not start:
            return None, None, Fault("file_empty")
        if path.suffix == ".parquet":
            return raw_parquet_header(path)
        return raw_csv_header(path, start, is_ended)
    except OSError as error:
        return None, None, Fault("file_unreadable", error.strerror or "an error of the disk", "a file that can be opened")


def ends_of(path: Path) -> tuple[bytes, bool]:
    """The first bytes of a file, and whether its last line ends."""
    with path.open("rb") as file:
        start = file.read(4096)
        file.seek(max(file.seek(0, 2) - 1, 0))
        return start, file.read() in (b"\n", b"\r")


def text_fault(start: bytes) -> Fault | None:
    """What the first bytes of a file say against its being text in UTF-8."""
    for mark, name in ENCODING_MARKS.items():
        if start.startswith(mark):
            return Fault("encoding_wrong" if name == "UTF-16" else "file_binary", name)
    return Fault("file_binary", "bytes that are no text") if b"\0" in start else None


def raw_csv_header(path: Path, start: bytes, is_ended: bool) -> tuple[list[str] | None, bool | None, Fault]:
    """`header` of a CSV file that begins with the bytes `start`."""
    fault = text_fault(start)
    if fault:
        return None, None, fault
    with open_csv(path) as file:
        fault = dialect_fault(file.readline())
        if fault:
            return None, None, fault
        file.seek(0)
        reader = csv.reader(file, strict=True)
        try:
            names = next(reader, [])
        except csv.Error as error:
            return None, None, quotation_fault(error)
        is_one_line = reader.line_num == 1
        is_of_qualtrics = has_import_ids(reader)
    if not any(names):
        return None, None, Fault("file_empty")
    if not is_one_line:
        return None, None, Fault("row_over_lines", "a header that goes on after its line")
    bad_byte = undecoded_byte(names)
    if bad_byte:
        return None, None, Fault("encoding_wrong", bad_byte)
    if is_of_qualtrics:
        return None, None, Fault("header_of_three_lines")
    return names, is_ended, NO_FAULT


def dialect_fault(line: str) -> Fault | None:
    """What the first line of a CSV file says of the program that wrote it; None for the form asked for."""
    fault = first_line_fault(line)
    if fault:
        return fault
    line = line.rstrip("\r\n")
    for plural, delimiter in DELIMITERS.items():
        if field_count([line], delimiter) > max(field_count([line], ","), 1):
            return Fault("delimiter_wrong", plural, "commas")
    return None


def first_line_fault(line: str) -> Fault | None:
    """What the first line of a CSV file has that none may have, whatever wrote it."""
    if line.startswith(BYTE_ORDER_MARK):
        return Fault("encoding_wrong", "two byte order marks or more")
    names_separator = SEPARATOR_LINE.fullmatch(line.rstrip("\r\n").strip('"'))
    return Fault("separator_line", f"sep={names_separator[1]}") if names_separator else None


def field_count(lines: Iterable[str], delimiter: str) -> int:
    """How many fields the first record of some lines has with a delimiter; 0 where its quotation marks
    do not fit with it."""
    try:
        return len(next(csv.reader(lines, delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def has_import_ids(reader: Iterator[list[str]]) -> bool:
    """Whether the third line of a file is that of an export of Qualtrics, whose reader is past the first."""
    try:
        next(reader)
        return any(cell.startswith(QUALTRICS_CELL) for cell in next(reader))
    except (StopIteration, csv.Error):
        return False


def raw_parquet_header(path: Path) -> tuple[list[str] | None, None, Fault]:
    """`header` of a Parquet file."""
    try:
        schema = pq.read_schema(path)
        names = schema.names
    except UnicodeDecodeError as error:
        return None, None, Fault("encoding_wrong", byte_in_words(error))
    except (pa.ArrowException, OSError) as error:
        return None, None, Fault("file_unreadable", type(error).__name__, "a Parquet file")
    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            return None, None, Fault("column_type_unusable", str(field.type))
    return names, None, NO_FAULT


def raw_rows(
    files: list[dict], file_kind: str, columns: list[dict], read: list[dict] | None = None
) -> pa.Table:
    """The rows of one kind of file in all editions, as text.

    Args:
        files: rows of `raw_files`.
        file_kind: `sample` or `responses`.
        columns: the columns to read: edition, file_kind, column_name, and name_in_file, which differs
            where an export is read; others are left alone.
        read: the files whose rows are wanted; all by default. The columns are those of all.

    Returns:
        One row a row of a file: `ROW_FIELDS`, then the columns as text. An empty cell is null.
        A row that cannot be read has a fault and no values; its line is null where the file
        does not say. Parquet files have lines as if there were a header above them.
    """
    tables = []
    for file, present in readable(files if read is None else read, file_kind, columns):
        is_parquet = file["file_name"].endswith(".parquet")
        tables += (parquet_rows if is_parquet else raw_csv_rows)(file, present)
    # The columns of the editions that are read; of all where none is, so that there are some.
    editions = {file["edition"] for file in files if file["column_names"] is not None}
    names = list(
        dict.fromkeys(
            row["column_name"]
            for row in columns
            if row["file_kind"] == file_kind and (row["edition"] in editions or not editions)
        )
    )
    schema = pa.schema(ROW_FIELDS + [(name, pa.string()) for name in names])
    return pa.concat_tables([schema.empty_table(), *tables], promote_options="default")


def readable(
    files: list[dict], file_kind: str, columns: list[dict]
) -> Iterator[tuple[dict, list[str]]]:
    """Files of one kind that have a usable header, each with the columns to read that it has.

    Args:
        files, file_kind, columns: as in `raw_rows`.
    """
    for file in files:
        if file["file_kind"] == file_kind and file["column_names"] is not None:
            yield file, [
                row["column_name"]
                for row in columns
                if (row["edition"], row["file_kind"]) == (file["edition"], file_kind)
                and row["name_in_file"] in file["column_names"]
            ]


def raw_csv_rows(file: dict, names: list[str]) -> Iterator[pa.Table]:
    """`raw_rows` of one CSV file, in chunks."""
    chunk = []
    for record in raw_csv_records(Path(file["file_name"]), len(file["column_names"])):
        chunk.append(record)
        if len(chunk) == CHUNK_ROWS:
            yield rows_table(file, names, chunk)
            chunk = []
    yield rows_table(file, names, chunk)


def raw_csv_records(
    path: Path, width: int, delimiter: str = ",", record_count: int = 1, may_go_on: bool = False
) -> Iterator[tuple[int, list[str] | None, Fault]]:
    """Line, cells and fault of each record below the header; cells are None where there is a fault.

    Args:
        width: how many cells a record has.
        record_count: records of the header.
        may_go_on: whether a value may go on over several lines.
    """
    with open_csv(path) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        for _ in range(record_count):
            next(reader)
        while True:
            line_number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line_number, None, quotation_fault(error)
                continue
            is_in_place = may_go_on or reader.line_num == line_number
            if len(cells) == width and is_in_place and any(cells):
                yield line_number, cells, NO_FAULT
            elif not is_in_place:
                yield line_number, None, Fault("row_over_lines", f"a value that goes on to line {reader.line_num}")
            elif not any(cells):
                yield line_number, None, Fault("row_empty")
            else:
                yield line_number, None, Fault("row_ragged", f"{len(cells)} fields", str(width))


def quotation_fault(error: csv.Error) -> Fault:
    """What the reader stumbled on: the quotation mark after a value, or the lack of one."""
    found = "a quotation mark that is never closed"
    if "expected after" in str(error):
        found = "a quotation mark within a value"
    elif "field limit" in str(error):
        found += f", or a value of more than {csv.field_size_limit():,} characters"
    return Fault("quotation_broken", found)


def rows_table(file: dict, names: list[str], records: list[tuple]) -> pa.Table:
    """Records as rows of `raw_rows`."""
    records = [decoded(record) for record in records]
    blank = [None] * len(file["column_names"])
    cells = [record[1] or blank for record in records]
    columns = list(zip(*cells, strict=True)) or [()] * len(blank)
    values = [
        null_if_empty(pa.array(columns[file["column_names"].index(name)], pa.string()))
        for name in names
    ]
    return with_place(
        file, names, values, [record[0] for record in records], [record[2] for record in records]
    )


def decoded(record: tuple[int, list[str] | None, Fault]) -> tuple[int, list[str] | None, Fault]:
    """The record, or its line with a fault where a byte was not UTF-8."""
    line_number, cells, _ = record
    bad_byte = undecoded_byte(cells) if cells else None
    return (line_number, None, Fault("encoding_wrong", bad_byte)) if bad_byte else record


def undecoded_byte(cells: list[str]) -> str | None:
    """The first byte of a row that was not UTF-8, in words, or None."""
    text = "".join(cells)
    if text.isascii():
        return None
    stray = next((char for char in text if "\udc80" <= char <= "\udcff"), None)
    return f"byte 0x{ord(stray) - 0xDC00:02x}" if stray else None


def parquet_rows(file: dict, names: list[str]) -> Iterator[pa.Table]:
    """`raw_rows` of one Parquet file, a row group at a time."""
    for number, lines_before in row_groups(file):
        yield row_group_rows(file, names, number, lines_before)


def row_groups(file: dict) -> Iterator[tuple[int, int]]:
    """The row groups of a Parquet file, by number, each with how many rows come before it."""
    metadata, lines_before = pq.read_metadata(file["file_name"]), file["lines_before"]
    for number in range(metadata.num_row_groups):
        yield number, lines_before
        lines_before += metadata.row_group(number).num_rows


def row_group_rows(file: dict, names: list[str], number: int, lines_before: int) -> pa.Table:
    """`raw_rows` of one row group of a Parquet file, which so many rows come before.

    A file may have a `path`, where what reads it has another working folder.
    """
    try:
        with pq.ParquetFile(file.get("path", file["file_name"])) as opened:
            read = opened.read_row_group(number)
        columns = [null_if_empty(column.cast(pa.string())) for column in read.columns]
        values = [columns[file["column_names"].index(name)] for name in names]
    except (pa.ArrowException, OSError) as error:
        fault = Fault("file_unreadable", type(error).__name__, "a whole Parquet file")
        return with_place(file, [], [], [None], [fault])
    faults = dict.fromkeys(rows_without_value(columns), Fault("row_empty"))
    for name, column in zip(names, values, strict=True):
        faults |= {row: Fault("encoding_wrong", f"{found} in column {name}")
                   for row, found in undecoded_rows(column).items()}
    if faults:
        is_sound = pa.array([row not in faults for row in range(read.num_rows)])
        values = [pc.if_else(is_sound, column, None) for column in values]
    lines = pa.array(range(lines_before + 2, lines_before + 2 + read.num_rows), pa.int32())
    return with_place(
        file, names, values, lines, [faults.get(row, NO_FAULT) for row in range(read.num_rows)]
    )


def rows_without_value(columns: list[pa.ChunkedArray]) -> list[int]:
    """Numbers, from 0, of the rows in which every column is null."""
    return pc.indices_nonzero(pc.is_null(pc.coalesce(*columns))).to_pylist() if columns else []


def undecoded_rows(column: pa.ChunkedArray) -> dict[int, str]:
    """Rows of a column of text that are not UTF-8, by number from 0, with the first such byte in words."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        pass
    else:
        return {}
    found = {}
    for row, value in enumerate(column.cast(pa.binary()).to_pylist()):
        try:
            (value or b"").decode("utf-8")
        except UnicodeDecodeError as error:
            found[row] = byte_in_words(error)
    return found


def byte_in_words(error: UnicodeDecodeError) -> str:
    """The byte that could not be decoded."""
    return f"byte 0x{error.object[error.start]:02x}"


def with_place(file: dict, names: list[str], values: list, lines, faults: list[Fault]) -> pa.Table:
    """Columns of values behind the edition, file and line of each row, and its fault."""
    rows = len(faults)
    place = [
        pa.array([file["edition"]] * rows, pa.int16()),
        pa.array([file["file_name"]] * rows, pa.string()),
        pa.array(lines, pa.int32()),
        *(pa.array([fault[part] for fault in faults], pa.string()) for part in range(3)),
    ]
    return pa.table([*place, *values], names=[name for name, _ in ROW_FIELDS] + names)


def null_if_empty(values):
    """Text with null for the empty text, which in a raw file means no value."""
    return pc.if_else(pc.equal(values, ""), None, values)


def open_csv(path: Path):
    """A CSV file as text whose undecodable bytes are distinct from its characters."""
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
