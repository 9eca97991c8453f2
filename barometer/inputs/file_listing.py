"""The raw files of a build: where each is, in what dialect, and what its header says.

A file is never refused here: what is wrong with it becomes a fault (barometer.inputs.input_files).
"""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from barometer.inputs.export_files import DIALECTS, PLACES, export_header
from barometer.inputs.input_files import FAULT_FIELDS, FILE_KINDS, NO_FAULT, Fault, header


FILES_SCHEMA = pa.schema(
    [
        ("edition", pa.int16()),
        ("edition_status", pa.string()),
        ("file_kind", pa.string()),
        ("file_name", pa.string()),
        ("column_names", pa.list_(pa.string())),
        ("is_last_line_ended", pa.bool_()),
        ("lines_before", pa.int32()),
        ("dialect", pa.string()),
        ("place_name", pa.string()),
        *FAULT_FIELDS,
    ]
)


def raw_files(
    editions: list[dict], dialects: list[dict], wanted: list, raw_path: str, seed_path: str
) -> pa.Table:
    """The raw files of the editions to build, read no further than their headers.

    Args:
        editions: rows of the seed `editions`: edition and status.
        dialects: rows of the seed `raw_dialects`: edition, file_kind and dialect.
        wanted: editions to build; empty for all.
        raw_path: folder with `<edition>/<file_kind>.csv` or `.parquet`, or with a folder
            `<edition>/<file_kind>/` of Parquet files; empty for none. Of a file with a dialect, with
            what that one's files are called.
        seed_path: folder with `raw_<file_kind>_<edition>.csv` of the synthetic editions.

    Returns:
        Schema `FILES_SCHEMA`: one row an edition, kind of file and file, and one for each edition
        wanted that is not in the seed. `column_names` is null for a file that has no usable header;
        `rule_id` then says why. `lines_before` is how many rows the files before it have: lines are
        counted through all files of a kind. `dialect` is null for the plain form, and `place_name`
        what the place of a row is called in the file.
    """
    said = {(row["edition"], row["file_kind"]): row["dialect"] for row in dialects}
    statuses = {row["edition"]: row["status"] for row in sorted(editions, key=lambda row: row["edition"])}
    known = ", ".join(map(str, statuses))
    rows = [
        (None, None, None, "variable editions", None, None, None, None, None, *Fault("edition_unknown", str(edition), known))
        for edition in wanted
        if str(edition) not in map(str, statuses)
    ]
    for edition, status in statuses.items():
        if wanted and str(edition) not in map(str, wanted):
            continue
        for file_kind in FILE_KINDS:
            dialect = said.get((edition, file_kind))
            if dialect and dialect not in DIALECTS:
                place = f"seeds/reference/raw_dialects.csv, edition {edition}, {file_kind}"
                fault = Fault("dialect_unknown", dialect, " or ".join(DIALECTS))
                rows.append((edition, status, file_kind, place, None, None, 0, None, None, *fault))
                continue
            paths, fault = locate(edition, status, file_kind, raw_path, seed_path, said)
            lines_before = 0
            for path in paths:
                names, is_ended, found = None, None, fault
                if not fault.rule_id:
                    names, is_ended, found = export_header(path, dialect) if dialect else header(path)
                place = PLACES.get(path.suffix, "line")
                rows.append(
                    (edition, status, file_kind, str(path), names, is_ended, lines_before, dialect, place, *found)
                )
                if names and len(paths) > 1:
                    lines_before += pq.read_metadata(path).num_rows
    return table_of(rows, FILES_SCHEMA)


def locate(
    edition: int, status: str, file_kind: str, raw_path: str, seed_path: str,
    dialects: dict[tuple[int, str], str],
) -> tuple[list[Path], Fault]:
    """The paths of the raw files of one kind, or the one that there should be and a fault.

    The folder of the edition under `raw_path` comes first, for both files or for neither; a
    synthetic edition without one is read from `seed_path`.

    Args:
        dialects: dialects by edition and kind of file; of the plain form where there is none.
    """
    folder = Path(raw_path) / str(edition)
    if raw_path:
        try:
            held = names_in(folder)
        except OSError as error:
            return [folder], Fault("file_unreadable", error.strerror, "a folder that can be opened")
        suffixes = {name: DIALECTS[dialects[edition, name]].suffixes if dialects.get((edition, name)) in DIALECTS
                    else () for name in FILE_KINDS}
        found = {
            name: [folder / file for file in dict.fromkeys(
                f"{name}{suffix}" for suffix in (".csv", ".parquet", *suffixes[name], "")
            ) if file in held]
            for name in FILE_KINDS
        }
        of_kind, asked = found[file_kind], suffixes[file_kind]
        if len(of_kind) > 1:
            names = " and ".join(path.name for path in of_kind)
            return [folder / file_kind], Fault("file_ambiguous", names)
        if of_kind and (not asked and of_kind[0].suffix or of_kind[0].suffix in asked):
            return of_kind, NO_FAULT
        if of_kind and not asked:
            return parts(of_kind[0])
        if status != "synthetic" or any(found.values()):
            names = " or ".join(f"{file_kind}{suffix}" for suffix in asked or (".csv", ".parquet"))
            reason = (
                f", as seeds/reference/raw_dialects.csv says {dialects[edition, file_kind]}" if asked
                else "; what a survey tool exports has a row in seeds/reference/raw_dialects.csv"
            )
            return [folder], Fault("file_missing", None, f"{names} in this folder{reason}")
    elif status != "synthetic":
        expected = f"the folder with the raw files of edition {edition}, whose status is {status}"
        return [Path("variable raw_path")], Fault("file_missing", None, expected)
    seed = Path(seed_path) / f"raw_{file_kind}_{edition}.csv"
    if seed.exists():
        return [seed], NO_FAULT
    return [seed], Fault("file_missing", None, "one, as the edition is synthetic")


def parts(folder: Path) -> tuple[list[Path], Fault]:
    """The Parquet files of a folder, in the order of their names, or the folder and a fault."""
    try:
        found = sorted(folder / name for name in os.listdir(folder) if name.endswith(".parquet"))
    except OSError as error:
        return [folder], Fault("file_unreadable", error.strerror, "a folder that can be opened")
    return (found, NO_FAULT) if found else ([folder], Fault("file_missing", None, "Parquet files in this folder"))


def names_in(folder: Path) -> list[str]:
    """What a folder holds; nothing where there is none. OSError where it may not be read."""
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def table_of(rows: list[tuple], schema: pa.Schema) -> pa.Table:
    """Tuples as a table."""
    return pa.Table.from_pylist(
        [dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema
    )
