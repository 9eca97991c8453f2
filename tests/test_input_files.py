"""Reading raw files: where they are, and that form and size change nothing of what is read."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from barometer.inputs import engine_rows, file_listing, input_files
from barometer.inputs.export_files import Layout
from barometer.inputs.file_listing import FILES_SCHEMA, raw_files
from barometer.inputs.input_files import raw_rows
from barometer.inputs.seed_files import csv_fault
from helpers import PROJECT, reference, write_cells

EDITIONS = [{"edition": 1, "status": "synthetic"}, {"edition": 2, "status": "final"}]
COLUMNS = [
    {"edition": edition, "file_kind": "sample", "column_name": name, "name_in_file": name}
    for edition in (1, 2) for name in ("one", "two")
]
CELLS = [["two", "one", "unread"], *([str(row), "" if row % 3 else "x", "y"] for row in range(10))]


@pytest.fixture
def folder(tmp_path):
    """A folder of both editions, each with both files."""
    for edition in EDITIONS:
        (tmp_path / str(edition["edition"])).mkdir()
        for file_kind in ("sample", "responses"):
            write_cells(tmp_path / str(edition["edition"]) / f"{file_kind}.csv", CELLS)
    return tmp_path


def files(folder, wanted=(), seed_path="nowhere"):
    """Rows of raw_files."""
    table = raw_files(EDITIONS, [], list(wanted), str(folder), str(seed_path))
    assert table.schema == FILES_SCHEMA
    return table.to_pylist()


def test_header_is_as_written(folder):
    """One row an edition and file_kind, with the names in their order."""
    found = files(folder)
    assert [(row["edition"], row["file_kind"]) for row in found] == [
        (1, "sample"), (1, "responses"), (2, "sample"), (2, "responses"),
    ]
    assert all(row["column_names"] == CELLS[0] and not row["rule_id"] for row in found)


def test_rows_do_not_depend_on_chunks_or_format(folder, monkeypatch):
    """Columns by name, empty is null, lines as in the file; in small chunks and as Parquet alike."""
    whole = raw_rows(files(folder), "sample", COLUMNS)
    assert whole.column_names[-2:] == ["one", "two"]
    rows = whole.filter(pa.compute.field("edition") == 1).to_pylist()
    assert [(row["line_number"], row["one"], row["two"]) for row in rows] == [
        (line, cells[1] or None, cells[0]) for line, cells in enumerate(CELLS[1:], start=2)
    ]
    monkeypatch.setattr(input_files, "CHUNK_ROWS", 3)
    assert raw_rows(files(folder), "sample", COLUMNS).equals(whole)
    path = folder / "1" / "sample.csv"
    path.unlink()
    columns = {name: [row[place] for row in CELLS[1:]] for place, name in enumerate(CELLS[0])}
    pq.write_table(pa.table(columns | {"two": list(map(int, columns["two"]))}), path.with_suffix(".parquet"))
    names = ["edition", "line_number", "rule_id", "one", "two"]
    assert raw_rows(files(folder), "sample", COLUMNS).select(names).equals(whole.select(names))


def test_a_folder_of_parquet_files_is_one_file(folder):
    """Files in the order of their names, lines counted through them, by DuckDB and row by row; an empty
    folder, and one beside a file, is a fault.
    """
    for name in ("sample", "responses"):
        path = folder / "1" / f"{name}.csv"
        rows = duckdb.sql(f"from read_csv('{path}', all_varchar = true, header = true)").to_arrow_table()
        path.unlink()
        path.with_suffix("").mkdir()
        for part, start in (("b", 4), ("a", 0), ("c", 8)):
            pq.write_table(
                rows.slice(start, 4), path.with_suffix("") / f"{part}.parquet", row_group_size=3
            )
    found = [row for row in files(folder) if (row["edition"], row["file_kind"]) == (1, "sample")]
    assert [row["file_name"][-9:] for row in found] == ["a.parquet", "b.parquet", "c.parquet"]
    assert [row["lines_before"] for row in found] == [0, 4, 8]
    by_row = raw_rows(found, "sample", COLUMNS).to_pylist()
    assert [(row["line_number"], row["one"], row["two"]) for row in by_row] == [
        (line, cells[1] or None, cells[0]) for line, cells in enumerate(CELLS[1:], start=2)
    ]
    with duckdb.connect() as connection:
        query = engine_rows.rows_query(connection, found, "sample", COLUMNS, {}, [], [])
        assert connection.sql(f"{query} order by line_number").to_arrow_table().to_pylist() == by_row
    for path in (folder / "1" / "sample").iterdir():
        path.unlink()
    write_cells(folder / "1" / "responses.csv", CELLS)
    faults = [row["rule_id"] for row in files(folder) if row["edition"] == 1]
    assert faults == ["file_missing", "file_ambiguous"]


def test_parquet_without_text_or_without_values(tmp_path):
    """Bytes that are no text and rows of nothing are faults of their row, in both readers' eyes."""
    text = pa.array([b"a", b"", b"\xed\xa0\xbd", None], pa.binary()).view(pa.string())
    path = tmp_path / "1" / "sample.parquet"
    path.parent.mkdir()
    pq.write_table(pa.table({"one": text, "two": [1, None, 2, None]}), path)
    rows = raw_rows(files(tmp_path, [1]), "sample", COLUMNS).to_pylist()
    assert [(row["rule_id"], row["found"], row["two"]) for row in rows] == [
        (None, None, "1"), ("row_empty", None, None),
        ("encoding_wrong", "byte 0xed in column one", None), ("row_empty", None, None),
    ]
    with duckdb.connect() as session:
        query = engine_rows.rows_query(session, files(tmp_path, [1]), "sample", COLUMNS, {}, [], [])
        assert session.sql(query).to_arrow_table().to_pylist() == rows


@pytest.mark.parametrize("name", ["one=9", "lake=1"])
def test_the_name_of_a_folder_is_no_column(tmp_path, name):
    """Below a folder named as data lakes name them, both readers read the file and no more."""
    path = tmp_path / name / "1" / "sample.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"one": ["a", None], "two": ["b", None]}), path)
    found = files(tmp_path / name, [1])
    rows = raw_rows(found, "sample", COLUMNS).to_pylist()
    assert [(row["rule_id"], row["one"], row["two"]) for row in rows] == [(None, "a", "b"), ("row_empty", None, None)]
    with duckdb.connect() as session:
        query = engine_rows.rows_query(session, found, "sample", COLUMNS, {}, [], [])
        assert session.sql(query).to_arrow_table().to_pylist() == rows


def test_a_fault_leaves_the_rows_around_it(folder):
    """Rows with a fault have their line and no values; the others are read."""
    path = folder / "1" / "sample.csv"
    lines = path.read_bytes().split(b"\n")
    lines[2], lines[4], lines[6] = b"1,x", b"4,\xe9,y", b'6,"x"x,y'
    path.write_bytes(b"\n".join(lines))
    rows = raw_rows(files(folder, [1]), "sample", COLUMNS).to_pylist()
    faults = {row["line_number"]: (row["rule_id"], row["found"]) for row in rows if row["rule_id"]}
    assert faults == {
        3: ("row_ragged", "2 fields"), 5: ("encoding_wrong", "byte 0xe9"),
        7: ("quotation_broken", "a quotation mark within a value"),
    }
    assert len(rows) == 10
    assert all(row["two"] is None for row in rows if row["rule_id"])
    assert all(row["two"] for row in rows if not row["rule_id"])


def test_folder_of_an_edition_is_taken_whole(folder):
    """Half a folder is never completed from the seeds; without any file the seeds are read."""
    write_cells(folder / "raw_sample_1.csv", CELLS)
    (folder / "1" / "sample.csv").unlink()
    assert [row["rule_id"] for row in files(folder, [1], folder)] == ["file_missing", None]
    (folder / "1" / "responses.csv").unlink()
    found = files(folder, [1], folder)
    assert [row["file_name"] for row in found] == [
        str(folder / "raw_sample_1.csv"), str(folder / "raw_responses_1.csv"),
    ]
    assert [row["rule_id"] for row in found] == [None, "file_missing"]


def test_what_may_not_be_read_is_not_what_is_missing(folder, monkeypatch):
    """A folder that refuses is said to; the files of it are not, nor is anything read elsewhere."""

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(file_listing.os, "listdir", refuse)
    found = {(row["file_name"], row["rule_id"], row["found"], row["expected"]) for row in files(folder, [1])}
    assert found == {(str(folder / "1"), "file_unreadable", "Permission denied", "a folder that can be opened")}


def test_unknown_edition_is_a_fault(folder):
    """Beside the files of those that are known."""
    found = files(folder, ["2", "7"])
    assert [(row["edition"], row["rule_id"]) for row in found] == [
        (None, "edition_unknown"), (2, None), (2, None),
    ]
    assert (found[0]["found"], found[0]["expected"]) == ("7", "1, 2")


def test_nothing_to_read_has_columns_all_the_same(folder):
    """The models below find their columns, whatever the faults are."""
    read = raw_rows(files(folder, ["7"]), "sample", COLUMNS)
    assert read.num_rows == 0
    assert read.column_names[-2:] == ["one", "two"]


def test_every_rule_is_broken_by_a_test():
    """No error and no warning of the seed is without its kind of bad input."""
    text = "".join(
        (PROJECT / "tests" / f"{name}.py").read_text(encoding="utf-8")
        for name in ("bad_input", "test_bad_input", "test_input_mutations")
    )
    rules = [row["rule_id"] for row in reference("validation_rules") if row["severity"] != "information"]
    assert len(rules) > 40
    assert [rule for rule in rules if rule not in text] == []


def test_a_column_is_in_a_header_once(tmp_path):
    """With two of one name nothing says which is meant, also where they are apart."""
    write_cells(tmp_path / "file.csv", [["a", "b", "a"], ["1", "2", "3"]])
    assert csv_fault(str(tmp_path / "file.csv")) == (
        f"{tmp_path}/file.csv, line 1: found column a 2 times; expected it once"
    )


@pytest.mark.parametrize(
    ("content", "is_sound"),
    [
        (b"a,b\n1,2\n,\n", True),
        (b"a,b\n1,2\n3,4", True),
        (b"a,b\r\n1,2\r\n", True),
        (b"a,b\r1,2\r3,4\r", True),
        (b'"a","b"\n"1","2"\n', True),
        (b"\xef\xbb\xbfa,b\n1,\xc3\xa9\n", True),
        # An empty field too many at the end, which DuckDB lets pass.
        (b"a,b\n1,2,\n3,4\n", False),
        (b"a,b\n1,2\n3,4,", False),
        (b'a,b\n"1",2,\n', False),
        (b'a,b\n"1",2,', False),
        (b"a,b\n1\n3,4\n", False),
        (b"a,b\n1\n2,3,\n", False),
        (b"a,b\n1,2\n\n3,4\n", False),
        (b"a,b\r\n1,2\n3,4\r\n", False),
        (b'a,b\n"1\n2",3\n', False),
        (b'a,b\n "1",2\n', False),
        (b"a,b\n1,\xe9\n", False),
        (b"a,b\n1,2\xc3", False),
        (b"a,b\n1\0,2\n", False),
    ],
)
@pytest.mark.parametrize("chunk", [1 << 24, 3])
def test_what_the_engine_reads_has_a_row_a_line(tmp_path, monkeypatch, content, is_sound, chunk):
    """The engine is given a file whose every line is a row in both readers' eyes, and no other."""
    monkeypatch.setattr(engine_rows, "CHUNK_BYTES", chunk)
    path = tmp_path / "sample.csv"
    path.write_bytes(content)
    found = engine_rows.is_sound_csv(
        duckdb.connect(), path, content[-1:] in (b"\n", b"\r"), Layout(["a", "b"])
    )
    assert found == is_sound


@pytest.mark.parametrize(
    ("first_line", "rule_id"),
    [
        ('"two";"one";"unread"', "delimiter_wrong"), ("two\tone", "delimiter_wrong"),
        ("sep=;", "separator_line"), ('"sep=,"', "separator_line"), ("SEP=\t", "separator_line"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}two,one", "encoding_wrong"),
        ("two", None), ('"two","one;unread"', None), ("two,one;unread", None), ("sep", None), ("", None),
    ],
)
def test_a_dialect_is_seen_in_the_first_line(first_line, rule_id):
    """Before anything else stumbles over it; a semicolon in a name is none."""
    fault = input_files.dialect_fault(f"{first_line}\r\n")
    assert (fault and fault.rule_id) == rule_id


def test_both_readers_have_the_same_rows(folder):
    """What the engine reads is what Python reads, row by row, be the file CSV, Parquet or a seed."""
    for path in folder.rglob("responses.csv"):
        write_cells(path, [*CELLS, ["", "", ""], ["", "", "y"]])
    with duckdb.connect() as session:
        for edition in EDITIONS:
            path = folder / str(edition["edition"]) / "responses.csv"
            table = f"seed_{edition['edition']}"
            session.execute(f"create table {table} as from read_csv('{path}', all_varchar = true)")
            seeds = {str(path): table}
            found = files(folder)
            columns = [{**column, "file_kind": "responses"} for column in COLUMNS]
            for known in ({}, seeds):
                query = engine_rows.rows_query(session, found, "responses", columns, known, [], [])
                rows = session.sql(f"select * from ({query}) order by edition, line_number")
                expected = raw_rows(found, "responses", columns).to_pylist()
                assert rows.to_arrow_table().to_pylist() == expected
                assert [row["rule_id"] for row in expected[-2:]] == ["row_empty", None]
                assert all(
                    engine_rows.engine_rows(session, file, known)
                    for file in found if file["file_kind"] == "responses"
                )
