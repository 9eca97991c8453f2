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
    read: list[dict] | None = None,
) -> str:
    """SQL: the rows of one kind of file in all editions, as text, as `input_files.raw_rows` has them.

    Args:
        connection: where the query will be run; what Python read is registered on it.
        files, file_kind, columns: as in `raw_rows`.
        seeds: tables of the raw seeds by the path of their file, columns as in the file, rows in
            its order.
        read: the files whose rows are wanted, as in `raw_rows`.
    """
    in_python, selects = [], []
    for file, present in readable(files if read is None else read, file_kind, columns):
        rows = engine_rows(connection, file, seeds)
        if rows is None:
            in_python.append(file)
            continue
        place = [
            f"cast({file['edition']} as smallint) as edition",
            f"'{sql_text(file['file_name'])}' as file_name",
            "cast(line_number as integer) as line_number",
        ]
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
    if not is_sound_csv(connection, path, len(names), file["is_last_line_ended"]):
        return None
    table = seeds.get(str(path))
    # A seed that was not loaded since its columns changed is read like any other file.
    source = table if table and connection.table(table).columns == names else read_csv(path, names)
    return f"select row_number() over () + 1 as line_number, * from {source}"


def read_csv(path: Path, names: list[str]) -> str:
    """SQL that reads a CSV file as text; nothing is guessed, no folder's name becomes a column."""
    columns = ", ".join("'{}': 'varchar'".format(name) for name in names)
    return (
        "read_csv('{}', auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
        "strict_mode = true, null_padding = false, hive_partitioning = false, columns = {{{}}})"
    ).format(sql_text(path), columns)


def is_sound_csv(
    connection: duckdb.DuckDBPyConnection, path: Path, width: int, is_last_line_ended: bool
) -> bool:
    """Whether each line of a file is a row of `width` values, in UTF-8, that both readers read alike.

    DuckDB refuses a row that is too short, and lets one have an empty field too many at its end: so
    commas are counted where no value is quoted, and where one is, no line may end with a comma.
    """
    try:
        counted = lines_and_commas(path)
        if counted is None:
            return False
        (row_count,) = connection.sql(
            f"select count(*) from {read_csv(path, [f'column_{place}' for place in range(width)])}"
        ).fetchone()
    except (OSError, UnicodeDecodeError, duckdb.Error):
        return False
    line_ends, commas = counted
    return row_count == line_ends - is_last_line_ended and commas in (
        None, (row_count + 1) * (width - 1)
    )


def lines_and_commas(path: Path) -> tuple[int, int | None] | None:
    """How many line ends and commas a file has; no count of commas where a value is quoted.

    Returns:
        None where line ends are of two kinds, or the text is doubtful.

    Raises:
        UnicodeDecodeError: bytes that are no UTF-8.
    """
    both, newlines, returns, commas, before = 0, 0, 0, 0, b""
    is_quoted = has_comma_last = False
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks_of(path):
        decoder.decode(chunk)
        text = before + chunk
        has_quotes = b'"' in text
        if b"\0" in chunk or has_quotes and any(mark in text for mark in DOUBTFUL):
            return None
        both += text.count(b"\r\n")
        newlines += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        commas += chunk.count(b",")
        is_quoted = is_quoted or has_quotes
        has_comma_last = has_comma_last or b",\n" in text or b",\r" in text
        before = chunk[-1:]
    decoder.decode(b"", final=True)
    has_comma_last = has_comma_last or before == b","
    if len({both, newlines, returns} - {0}) > 1 or (is_quoted and has_comma_last):
        return None
    return newlines or returns, None if is_quoted else commas


def chunks_of(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
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
