"""Rows of the raw files, read by the engine where a file is sound and in Python where it is not.

DuckDB reads a file in a tenth of the time that Python takes, and says little of what is wrong
with one. So a file is first looked at as a whole; in any doubt `input_files` reads it row by row
and gives each row its fault. Both ways give the same rows.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from barometer.inputs.export_files import Layout, cell_names, export_rows, layout
from barometer.inputs.export_values import ExportColumns
from barometer.inputs.input_files import ROW_FIELDS, raw_rows, readable
from barometer.system.warehouse import sql_text

CHUNK_BYTES = 1 << 24

NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)

# What DuckDB and Python's `csv` read in two ways: quotation marks beside a blank.
DOUBTFUL = (b' "', b'" ', b'\t"', b'"\t')


def rows_query(
    connection: duckdb.DuckDBPyConnection,
    files: list[dict],
    file_kind: str,
    columns: list[dict],
    seeds: dict[str, str],
    mappings: list[dict],
    labels: list[dict],
    read: list[dict] | None = None,
) -> str:
    """SQL: the rows of one kind of file in all editions, as text, as `input_files.raw_rows` has them.

    Args:
        connection: where the query will be run; what Python read is registered on it.
        files, file_kind, columns: as in `raw_rows`.
        seeds: tables of the raw seeds by the path of their file, columns as in the file, rows in
            its order.
        mappings, labels: rows of the seeds `raw_mappings` and `raw_labels`, for what survey tools export.
        read: the files whose rows are wanted, as in `raw_rows`.
    """
    in_python, selects = [], []
    for file, present in readable(files if read is None else read, file_kind, columns):
        place = [
            f"cast({file['edition']} as smallint) as edition",
            f"'{sql_text(file['file_name'])}' as file_name",
            "cast(line_number as integer) as line_number",
        ]
        if file["dialect"]:
            filled = ExportColumns(file, present, mappings, labels)
            selects.append(filled.query(rows_of_export(connection, file, filled), ", ".join(place)))
            continue
        rows = engine_rows(connection, file, seeds)
        if rows is None:
            in_python.append(file)
            continue
        values = {name: f"nullif({name}, '')" for name in file["column_names"]}
        # A row without any value is no row: one fault instead of one for each column.
        rule = f"if(coalesce({', '.join(['null', *values.values()])}) is null, 'row_empty', null) as rule_id"
        wanted_values = [f"{value} as {name}" for name, value in values.items() if name in present]
        selects.append(f"select {', '.join([*place, rule, *wanted_values])} from ({rows})")
    # The schema, and the rows of files that are in doubt.
    connection.register(f"python_{file_kind}", raw_rows(files, file_kind, columns, in_python))
    names = [name for name, _ in ROW_FIELDS]
    query = " union all by name ".join([f"select * from python_{file_kind}", *selects])
    first = ", ".join(names)
    return f"select {first}, * exclude ({first}) from ({query})"


def rows_of_export(
    connection: duckdb.DuckDBPyConnection, file: dict, filled: ExportColumns
) -> str:
    """SQL of the rows of what a survey tool exported, as `export_files.export_rows` has them: read by
    DuckDB where it is sound CSV, else in Python."""
    path = Path(file["file_name"])
    above = layout(path, file["dialect"]) if path.suffix == ".csv" else None
    if isinstance(above, Layout) and is_sound_csv(connection, path, file["is_last_line_ended"], above):
        values = ", ".join(
            f"nullif(column_{above.names.index(name)}, '') as {cell}"
            for name, cell in zip(filled.wanted, cell_names(len(filled.wanted)), strict=True)
        )
        empty = " and ".join(f"coalesce(column_{at}, '') = ''" for at in range(len(above.names)))
        # Of the header DuckDB takes the first record alone.
        below = above.record_count - 1
        return (
            f"select {above.line_count - below} + record as line_number, "
            f"if({empty}, 'row_empty', null) as rule_id, null::varchar as found, null::varchar as expected"
            f"{', ' if values else ''}{values} from (select row_number() over () as record, * "
            f"from {read_csv(path, column_names(len(above.names)), above.delimiter)}) where record > {below}"
        )
    table = f"export_{file['file_kind']}_{file['edition']}"
    connection.register(table, export_rows(file, filled.wanted, filled.has_labels))
    return f"select * from {table}"


def column_names(count: int) -> list[str]:
    """Names for columns that are known by their place."""
    return [f"column_{place}" for place in range(count)]


def engine_rows(
    connection: duckdb.DuckDBPyConnection, file: dict, seeds: dict[str, str]
) -> str | None:
    """SQL of line_number and the columns of one file as text; None where the file is in doubt."""
    path, names = Path(file["file_name"]), file["column_names"]
    if len({name.lower() for name in names}) < len(names):
        return None
    if not all(NAME.fullmatch(name) and name.lower() != "line_number" for name in names):
        return None
    if path.suffix == ".parquet":
        return sound_parquet(connection, file)
    if not is_sound_csv(connection, path, file["is_last_line_ended"], Layout(names)):
        return None
    table = seeds.get(str(path))
    # A seed that was not loaded since its columns changed is read like any other file.
    source = table if table and connection.table(table).columns == names else read_csv(path, names)
    return f"select row_number() over () + 1 as line_number, * from {source}"


def read_csv(path: Path, names: list[str], delimiter: str = ",") -> str:
    """SQL that reads a CSV file as text; nothing is guessed, no folder's name becomes a column."""
    columns = ", ".join("'{}': 'varchar'".format(name) for name in names)
    return (
        "read_csv('{}', auto_detect = false, header = true, delim = '{}', quote = '\"', escape = '\"', "
        "strict_mode = true, null_padding = false, hive_partitioning = false, columns = {{{}}})"
    ).format(sql_text(path), delimiter, columns)


def is_sound_csv(
    connection: duckdb.DuckDBPyConnection, path: Path, is_last_line_ended: bool, above: Layout
) -> bool:
    """Whether each line of a file is a row as wide as its header, in UTF-8, that both readers read alike.

    DuckDB refuses a row that is too short, and lets one have an empty field too many at its end: so
    delimiters are counted where no value is quoted, and where one is, no line may end with one.
    """
    width = len(above.names)
    # Of a header with questions much is quoted where nothing below it is.
    apart = above if above.record_count > 1 else Layout([], record_count=0, line_count=0)
    try:
        counted = lines_and_delimiters(path, above.delimiter.encode(), apart.line_count)
        if counted is None:
            return False
        (count,) = connection.sql(
            f"select count(*) from {read_csv(path, column_names(width), above.delimiter)}"
        ).fetchone()
    except (OSError, UnicodeDecodeError, duckdb.Error):
        return False
    line_ends, delimiters = counted
    lines = line_ends + (not is_last_line_ended) - (above.line_count - apart.line_count)
    return count + 1 - above.record_count == lines and delimiters in (
        None, (count + 1 - apart.record_count) * (width - 1)
    )


def lines_and_delimiters(path: Path, delimiter: bytes, above: int) -> tuple[int, int | None] | None:
    """How many line ends and delimiters a file has; no count of these where a value is quoted.

    Args:
        above: lines that are not looked at.

    Returns:
        None where line ends are of two kinds, or the text is doubtful.

    Raises:
        UnicodeDecodeError: bytes that are no UTF-8.
    """
    both, newlines, returns, delimiters, before = 0, 0, 0, 0, b""
    is_quoted = has_delimiter_last = False
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks_of(path, above):
        decoder.decode(chunk)
        text = before + chunk
        has_quotes = b'"' in text
        if b"\0" in chunk or has_quotes and any(mark in text for mark in DOUBTFUL):
            return None
        both += text.count(b"\r\n")
        newlines += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        delimiters += chunk.count(delimiter)
        is_quoted = is_quoted or has_quotes
        has_delimiter_last = has_delimiter_last or delimiter + b"\n" in text or delimiter + b"\r" in text
        before = chunk[-1:]
    decoder.decode(b"", final=True)
    has_delimiter_last = has_delimiter_last or before == delimiter
    if len({both, newlines, returns} - {0}) > 1 or (is_quoted and has_delimiter_last):
        return None
    return newlines or returns, None if is_quoted else delimiters


def chunks_of(path: Path, above: int) -> Iterator[bytes]:
    """A file below some lines, piece by piece."""
    with path.open("rb") as file:
        for _ in range(above):
            file.readline()
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def sound_parquet(connection: duckdb.DuckDBPyConnection, file: dict) -> str | None:
    """SQL of line_number and the columns of a Parquet file as text; None where it is in doubt.

    Both readers write texts and whole numbers alike. The file is read once to see that it can be.
    """
    path, names = Path(file["file_name"]), file["column_names"]
    try:
        schema = pq.read_schema(path)
        if not all(
            pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            or pa.types.is_integer(field.type) or pa.types.is_null(field.type)
            for field in schema
        ):
            return None
        source = f"read_parquet('{sql_text(path)}', hive_partitioning = false, file_row_number = true)"
        columns = ", ".join(f"cast({name} as varchar) as {name}" for name in names)
        rows = f"select file_row_number + {file['lines_before'] + 2} as line_number, {columns} from {source}"
        connection.sql(f"select {', '.join(f'max({name})' for name in names)} from ({rows})").fetchall()
    except (OSError, pa.ArrowException, duckdb.Error):
        return None
    return rows
