"""What must not get out, and what must not get in.

An edition that is not synthetic is built, with a key, from raw files that are full of people:
names, e-mail addresses and enterprise numbers that are nowhere else. Whatever a build leaves
behind is then searched for them and for the key: after a build that passed, after one that
failed on bad rows with `--store-failures`, in the docs, in the release, and in every table of
the warehouse. Cells that would do harm as code arrive as the text that they are, or are refused.
"""

import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from barometer.inputs.seed_files import csv_fault
from barometer.release.release_state import KEY_FILE
from helpers import assert_manifest_holds, folder_digests, read_rows, reference, write_cells
from survey_of_people import BUILD, HOST, HOSTILE, KEY, NAME


def test_real_people_can_be_built(survey):
    """The build passes and publishes the edition, so that the searches below are of something."""
    assert survey.build.returncode == 0, survey.build.stdout[-3000:]
    assert survey.docs.returncode == 0, survey.docs.stdout[-3000:]
    assert_manifest_holds(survey.folder / "release")
    manifest = json.loads((survey.folder / "release" / "internal" / "manifest.json").read_text("utf-8"))
    assert manifest["editions"][-1]["edition"] == survey.made.year
    assert manifest["row_counts"]["fct_answers"] > 1000
    assert (survey.folder / "release" / "internal" / "state" / KEY_FILE).exists()


def test_the_searches_find_what_is_there(survey):
    """The raw file is full of what is looked for."""
    found = survey.secrets_in(survey.raw_file("sample").read_text(encoding="utf-8"))
    assert {NAME, HOST} < found and len(found) > 500
    assert survey.secrets_in(f"the key is {KEY}") == {KEY}


def test_nobody_is_in_what_a_build_writes(survey):
    """Not in compiled SQL, logs, docs, catalogue, manifest and release; not on the screen."""
    assert survey.secrets_in(survey.build.stdout + survey.docs.stdout) == set()
    assert survey.secrets_in_files() == {}


def test_nobody_is_in_the_tables(survey):
    """Not in the release, and not in the warehouse, past the raw files or before."""
    assert survey.secrets_in_tables(survey.folder / "release" / "internal" / "ai_barometer.duckdb") == {}
    assert survey.secrets_in_tables(survey.folder / "warehouse.duckdb") == {}


def test_hostile_text_arrives_as_text(survey):
    """A note that would do harm as SQL, Jinja or HTML is in the release, word for word."""
    release, note = survey.folder / "release", " ".join(HOSTILE)
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as session:
        notes = session.sql("select note from marts.dim_editions order by edition").fetchall()
    assert notes[-1] == (note,)
    manifest = json.loads((release / "internal" / "manifest.json").read_text("utf-8"))
    assert manifest["editions"][-1]["note"] == note
    for page in release.rglob("*.html"):
        assert "<script>alert(1)" not in page.read_text(encoding="utf-8"), page


def test_failures_name_nobody(survey, tmp_path):
    """Bad rows of people, of many kinds, stop the build; no failure, stored or shown, names them."""
    failing = survey.copied(tmp_path)
    sample, responses = (read_rows(failing.raw_file(file_kind)) for file_kind in ("sample", "responses"))
    question = reference("questions", failing.folder)[-1]["column_name"]
    number = sample[0]["enterprise_number"]
    sample[0]["enterprise_number"] = f"{number[:9]}{(int(number[9]) + 1) % 10}"
    sample[2]["enterprise_number"] = sample[1]["enterprise_number"]
    sample[3]["employee_count"] = "many"
    responses[1]["response_id"] = responses[0]["response_id"]
    responses[2]["submitted_at"] = f"{survey.made.latest - 1}-01-01 12:00:00"
    responses[3]["invited_enterprise_number"] = failing.number("never sampled")
    responses[4][question] = "99"
    failing.numbers["with a slip"] = sample[0]["enterprise_number"]
    failing.write_raw("sample", sample)
    failing.write_raw("responses", responses)
    before = folder_digests(failing.folder / "release")

    build = failing.dbt(*BUILD)
    assert build.returncode
    results = json.loads((failing.folder / "target" / "run_results.json").read_text("utf-8"))
    assert any(row["status"] in ("fail", "error") for row in results["results"])
    with duckdb.connect(str(failing.folder / "warehouse.duckdb"), read_only=True) as warehouse:
        assert len(
            warehouse.sql(
                "select distinct rule_id from checks.chk_input_findings where severity = 'error'"
            ).fetchall()
        ) >= 5
    assert failing.secrets_in(build.stdout) == set()
    assert failing.secrets_in_files() == {}
    assert failing.secrets_in_tables(failing.folder / "warehouse.duckdb") == {}
    assert folder_digests(failing.folder / "release") == before


def test_hostile_raw_files(survey, tmp_path):
    """Identifiers, a column name and a path that would do harm: text, or refused in a sentence."""
    hostile = survey.copied(tmp_path, raw="it's; drop table reference.editions; --")
    responses = [
        row | {"response_id": text, 'a"; drop table reference.editions; --': "1"}
        for row, text in zip(read_rows(hostile.raw_file("responses")), HOSTILE, strict=False)
    ]
    hostile.raw_file("responses").unlink()
    pq.write_table(
        pa.Table.from_pylist(responses), hostile.raw_file("responses").with_suffix(".parquet")
    )
    run = hostile.dbt("run", "--select", "+stg_sample", "+stg_responses")
    hostile.assert_unharmed()
    assert run.returncode == 0, run.stdout[-3000:]
    with duckdb.connect(str(hostile.folder / "warehouse.duckdb"), read_only=True) as warehouse:
        found = warehouse.sql("select response_id from responses.stg_responses").fetchall()
        refused = warehouse.sql(
            "select distinct rule_id from checks.chk_input_findings where severity = 'error'"
        ).fetchall()
    assert {(text,) for text in HOSTILE} <= set(found)
    assert ("column_unknown",) in refused


HARM = "x'); create table main.harmed as select 1; select ('"


def test_hostile_seeds(survey, tmp_path):
    """A status that would do harm where SQL is put together is loaded as text, and refused; what
    becomes a name in SQL or of a file is a name, or its seed is refused where it is.
    """
    hostile = survey.copied(tmp_path)
    rows = reference("editions", hostile.folder)
    hostile.write_seed("editions", [*rows[:-1], rows[-1] | {"status": HARM}])
    names = {
        "indicators": ["indicator_id", "question_id"],
        "report_tables": ["mart_name", "table_id"],
        "sdmx_codelists": ["code_column"],
        "figures": ["figure"],
        "figure_titles": ["figure"],
        "bases": ["base_id"],
        "blocks": ["block_id"],
    }
    for seed, columns in names.items():
        rows = reference(seed, hostile.folder)
        hostile.write_seed(seed, [*rows[:-1], rows[-1] | dict.fromkeys(columns, HARM)])
    run = hostile.dbt("build", "--select", "editions", *names)
    hostile.assert_unharmed()
    assert run.returncode and "column status: found 'x'); create table" in run.stdout
    with duckdb.connect(str(hostile.folder / "warehouse.duckdb"), read_only=True) as warehouse:
        statuses = warehouse.sql("select status from reference.editions").fetchall()
    assert (HARM,) in statuses
    for seed, columns in names.items():
        line = len(reference(seed, hostile.folder)) + 1
        sentences = [
            f"{seed}.csv, line {line}, column {column}: found '{HARM}'; expected a name"
            for column in columns
        ]
        assert all(sentence in run.stdout for sentence in sentences), run.stdout[-3000:]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_header(tmp_path, text):
    """A name of a column that is more than a name is refused."""
    write_cells(tmp_path / "file.csv", [["a", text], ["1", "2"]])
    assert "line 1: found column name" in csv_fault(str(tmp_path / "file.csv"))
