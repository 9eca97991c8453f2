"""The scaffold of a new edition: seed rows from its raw file, open where nobody can know."""

import csv
import re
import shutil

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from barometer.inputs.scaffold import MOST_CODES, codes_found, scaffold_edition
from helpers import PROJECT, copy_built, folder_digests, read_rows, reference, run_barometer, run_dbt

META = [
    row["column_name"] for row in reference("raw_columns") if row["file_kind"] == "responses"
]


@pytest.fixture
def seeds(tmp_path):
    """A folder with the reference seeds that the scaffold reads, of a made-up survey."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    texts = {
        "editions": (
            "edition,fieldwork_start,status,revision,note\n2001,2001-05-01,final,2,Old\n"
        ),
        "raw_columns": (
            "file_kind,column_name\nsample,c1\n" + "".join(f"responses,{name}\n" for name in META)
        ),
        "questions": (
            "edition,column_name,question_id,block_id,base_id,answer_codes,sort_order,question_nl\n"
            "2000,c1,gone,b,all,1|2,1,Weg?\n"
            "2001,c1,first,b,all,1|2,1,Een?\n"
            "2001,c2,second,b,all,1|2,2,Twee?\n"
            "2001,c3,third,b,all,1|2,3,Drie?\n"
        ),
        "answer_codes": "question_id,answer_code,label_nl,label_en\n"
        + "".join(f"{name},{code},x,x\n" for name in ("first", "second", "third") for code in (1, 2)),
        "sectors": (
            "sector_code,sort_order,first_edition,last_edition\nb,2,,\na,1,,2001\nc,3,2002,\n"
        ),
        "size_classes": "size_class_code,sort_order,first_edition,last_edition\ns,1,,\nl,2,,\n",
        "population": "edition,sector_code,size_class_code,population_count,is_assumed\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    for name in ("validation_rules", "raw_dialects", "raw_mappings", "raw_labels"):
        shutil.copy(PROJECT / "seeds" / "reference" / f"{name}.csv", folder)
    return folder


@pytest.fixture
def raw(tmp_path):
    """Raw responses of a later edition: a column as it was, one by its question, two unknown."""
    folder = tmp_path / "raw" / "2003"
    folder.mkdir(parents=True)
    (folder / "responses.csv").write_text(
        ",".join(["third", *META, "c1", "n1", "n2", "n3"]) + "\n"
        "1,r1,1,1,2003-01-01T00:00:00,web,2,9,Jan Janssen,0498765432\n"
        "2,r2,2,2,2003-01-01T00:00:00,web,3,,2,\n"
        "1,r3,3,3,2003-01-01T00:00:00,web,1,10,,\n",
        encoding="utf-8",
    )
    return folder


def test_rows_are_taken_over_and_left_open(seeds, raw, tmp_path):
    """What the latest edition knows is taken over; the rest is open, cell by cell."""
    before = folder_digests(seeds)
    target = tmp_path / "target"
    lines = scaffold_edition(2003, str(raw.parent), str(seeds), str(target))
    assert folder_digests(seeds) == before
    found = {path.stem: read_rows(path) for path in target.iterdir()}
    assert found["editions"] == [
        {
            "edition": "2003", "fieldwork_start": "?", "status": "provisional", "revision": "0",
            "note": "",
        }
    ]
    assert [list(row.values()) for row in found["questions"]] == [
        ["2003", "third", "third", "b", "all", "1|2", "3", "Drie?"],
        ["2003", "c1", "first", "b", "all", "1|2|?", "1", "Een?"],
        ["2003", "n1", "?n1", "?", "?", "9|10", "?", "?"],
        ["2003", "n2", "?n2", "?", "?", "2|?", "?", "?"],
        ["2003", "n3", "?n3", "?", "?", "?", "?", "?"],
    ]
    assert [list(row.values()) for row in found["answer_codes"]] == [
        ["first", "3", "?", "?"],
        ["?n1", "9", "?", "?"],
        ["?n1", "10", "?", "?"],
        ["?n2", "2", "?", "?"],
    ]
    assert [list(row.values()) for row in found["population"]] == [
        ["2003", sector, size, "?", "false"] for sector in ("b", "c") for size in ("s", "l")
    ]
    text = "\n".join(lines)
    assert "c1: first, found also 3" in text
    assert "n1: unknown, codes 9|10" in text
    assert "second: asked in 2001 as c2, no column now" in text
    assert "gone" not in text
    for secret in ("Janssen", "498765432"):
        assert secret not in text
        assert not any(secret in path.read_text(encoding="utf-8") for path in target.iterdir())
    assert "questions.csv: 5 rows, 4 of them open (?)" in text
    assert lines[-1] == (
        f"next: settle what is open, append the rows to {seeds}/, and `barometer check 2003 --raw-path "
        f"{raw.parent}`"
    )


def test_what_is_guessed_is_said_to_be(seeds, raw, tmp_path):
    """A question under another name, a further one of numbered columns, and nothing where two are as likely."""
    with (seeds / "questions.csv").open("a", encoding="utf-8") as file:
        file.write(
            "2001,h07,harvest_course,m,some,1|2|3,4,Oogst?\n"
            "2001,s1,crop_sown,m,some,1|2,5,In?\n2001,s2,crop_reaped,m,some,1|2,6,Uit?\n"
        )
    with (seeds / "answer_codes.csv").open("a", encoding="utf-8") as file:
        file.write("harvest_course,1,Daalt,Falls\nharvest_course,2,Stijgt,Rises\n")
    names = ["c1", "c2", "c3", "c4", "h07_harvests", "crop_x", "unlike_others"]
    (raw / "responses.csv").write_text(
        ",".join([*META, *names]) + "\n"
        + ",".join([*("x" for _ in META), "1", "1", "1", "2", "1", "1", "1"]) + "\n"
        + ",".join([*("x" for _ in META), "2", "2", "2", "1", "4", "2", "7"]) + "\n"
        + ",".join([*("x" for _ in META), "2", "2", "2", "1", "2", "2", "7"]) + "\n"
        + ",".join([*("x" for _ in META), "2", "2", "2", "1", "3", "2", "7"]) + "\n",
        encoding="utf-8",
    )
    text = "\n".join(scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "target")))
    rows = {row["column_name"]: row for row in read_rows(tmp_path / "target" / "questions.csv")}
    assert list(rows["h07_harvests"].values()) == [
        "2003", "h07_harvests", "?harvest_course", "m", "some", "1|2|3|?", "4", "Oogst?",
    ]
    assert list(rows["c4"].values()) == ["2003", "c4", "?c4", "?b", "?all", "1|2", "?", "?"]
    assert rows["crop_x"]["question_id"] == "?crop_x" and rows["crop_x"]["block_id"] == "?"
    assert rows["unlike_others"]["block_id"] == "?"
    assert [list(row.values()) for row in read_rows(tmp_path / "target" / "answer_codes.csv")][:4] == [
        ["?c4", "1", "?x", "?x"], ["?c4", "2", "?x", "?x"],
        ["?harvest_course", "3", "?", "?"], ["?harvest_course", "4", "?", "?"],
    ]
    assert (
        "h07_harvests: unknown; looks like harvest_course, a guess by its name and codes: delete the ? "
        "where it is right"
    ) in text
    assert "c4: unknown, codes 1|2; looks like another question of the block b, a guess" in text
    assert "crop_x: unknown, codes 1|2\n" in text


def test_a_file_that_a_build_refuses_gives_its_rows(seeds, raw, tmp_path):
    """Broken rows are counted; with semicolons the seeds that read them have rows too."""
    scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "commas"))
    path = raw / "responses.csv"
    path.write_text("\ufeff" + path.read_text(encoding="utf-8").replace(",", ";") + "1;2\n", encoding="utf-8")
    lines = scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "semicolons"))
    assert lines[:2] == [
        f"{path}: read as csv",
        f"{path}: lines that cannot be read and were left out: 1; `barometer check` says which",
    ]
    commas, semicolons = (folder_digests(tmp_path / name) for name in ("commas", "semicolons"))
    assert commas.items() < semicolons.items()
    assert semicolons.keys() - commas == {"raw_dialects.csv", "raw_mappings.csv", "raw_labels.csv"}
    assert read_rows(tmp_path / "semicolons" / "raw_dialects.csv") == [
        {"edition": "2003", "file_kind": "responses", "dialect": "csv"}
    ]
    assert read_rows(tmp_path / "semicolons" / "raw_mappings.csv") == []


def test_a_folder_of_parquet_files_gives_the_same_rows(seeds, raw, tmp_path):
    """As a build reads it: the files in the order of their names."""
    scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "csv"))
    (raw / "responses").mkdir()
    for part in (0, 1):
        duckdb.sql(
            f"copy (from read_csv('{raw}/responses.csv', all_varchar = true) limit {1 + part} "
            f"offset {part}) to '{raw}/responses/{part}.parquet'"
        )
    (raw / "responses.csv").unlink()
    scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "parquet"))
    assert folder_digests(tmp_path / "csv") == folder_digests(tmp_path / "parquet") != {}


def test_many_numbers_are_no_code_list():
    """A column of ages, say, has open codes instead of a long list."""
    many = [str(number) for number in range(MOST_CODES + 1)]
    assert codes_found({"few": many[1:], "many": many, "none": [None]}) == {
        "few": many[1:], "many": ["?"], "none": [],
    }


def test_parquet_gives_the_same_rows(seeds, raw, tmp_path):
    """Typed Parquet and CSV are the same file."""
    scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "csv"))
    duckdb.sql(f"copy (from '{raw}/responses.csv') to '{raw}/responses.parquet'")
    (raw / "responses.csv").unlink()
    scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "parquet"))
    assert folder_digests(tmp_path / "csv") == folder_digests(tmp_path / "parquet") != {}


@pytest.mark.parametrize("content", [b"no Parquet", None])
def test_parquet_that_cannot_be_read_is_said(seeds, raw, content):
    """Damaged, or with bytes that are no text."""
    (raw / "responses.csv").unlink()
    path = raw / "responses.parquet"
    if content:
        path.write_bytes(content)
    else:
        text = pa.array([b"\xed\xa0\xbd"], pa.binary()).view(pa.string())
        pq.write_table(pa.table({"c1": text}), path)
    with pytest.raises(ValueError, match=re.escape(f"{path}: ") + "(Unreadable file: )?found .*; expected a (whole )?Parquet file"):
        scaffold_edition(2003, str(raw.parent), str(seeds), str(raw / "target"))


def test_first_edition_of_all_is_open(seeds, raw, tmp_path):
    """Without an earlier edition every question is open."""
    for name in ("editions", "questions"):
        path = seeds / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("200", "201"), encoding="utf-8")
    scaffold_edition(2003, str(raw.parent), str(seeds), str(tmp_path / "target"))
    rows = read_rows(tmp_path / "target" / "questions.csv")
    assert len(rows) == 5 and all(row["question_id"].startswith("?") for row in rows)


@pytest.mark.parametrize(
    ("edition", "spoil", "message"),
    [
        (2001, lambda raw: None, "editions.csv: found edition 2001; expected one that is not"),
        (
            2004, lambda raw: None,
            "2004: Missing file: found no file; expected responses.csv or responses.parquet in this folder",
        ),
        (
            2003, lambda raw: (raw / "responses.parquet").touch(),
            "responses: Two files for one: found responses.csv and responses.parquet; expected one of them",
        ),
        (
            2003,
            lambda raw: (raw / "responses.csv").write_text("A,b\n1,2\n"),
            "responses.csv, line 1: found column name 'A'; expected lower-case letters",
        ),
        (
            2003,
            lambda raw: (raw / "responses.csv").write_text("sep=;\na;b\n1;2\n"),
            "responses.csv: Line for a spreadsheet above the header: found sep=;; expected no such line",
        ),
    ],
)
def test_what_is_wrong_is_said(seeds, raw, edition, spoil, message):
    """A file or an edition that cannot be is a sentence."""
    spoil(raw)
    with pytest.raises(ValueError, match=re.escape(message)):
        scaffold_edition(edition, str(raw.parent), str(seeds), str(raw / "target"))
    assert not (raw / "target").exists()


def test_the_command_writes_what_a_build_refuses(built_project, tmp_path):
    """It writes the rows of an edition; a seed that has them as they are stops the build."""
    folder = copy_built(built_project, tmp_path / "project")
    latest = max(int(row["edition"]) for row in reference("editions", folder))
    raw = tmp_path / "raw" / str(latest + 1)
    raw.mkdir(parents=True)
    asked = [row for row in reference("questions", folder) if int(row["edition"]) == latest]
    with (raw / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*META, *(row["column_name"] for row in asked)]])
    arguments = ("scaffold", str(latest + 1), "--raw-path", str(raw.parent))
    run = run_barometer(folder, *arguments)
    assert run.returncode == 0, run.stdout[-3000:]
    assert "population.csv" in run.stdout and "open (?)" in run.stdout
    scaffold = folder / "target" / "scaffold" / str(latest + 1)
    assert [row | {"edition": str(latest)} for row in read_rows(scaffold / "questions.csv")] == asked
    assert read_rows(scaffold / "answer_codes.csv") == []
    ends = {}
    for name in ("population", "editions"):
        seed = folder / "seeds" / "reference" / f"{name}.csv"
        text = seed.read_text(encoding="utf-8")
        added = (scaffold / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[2]
        seed.write_text(text + added, encoding="utf-8")
        ends[name] = text.count("\n") + 1
    build = run_dbt(folder, "seed", "--select", *ends)
    assert build.returncode == 1
    for name, line in ends.items():
        assert f"{name}.csv, line {line}, column" in build.stdout
    assert build.stdout.count("found a cell that is left open with ?; expected a value") >= 2
    again = run_barometer(folder, *arguments)
    assert f"found edition {latest + 1}; expected one that is not there yet" in again.stdout
