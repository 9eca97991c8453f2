"""The release folder: written beside the old one, swapped in as a whole, or left alone."""

import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from barometer.inputs.pseudonyms import KEY_VARIABLE, key_fingerprint
from barometer.release import publish as release_module
from barometer.release.gate import Run
from barometer.release.publish import publish
from barometer.release.release_folder import earlier_releases, previous_folder
from barometer.release.release_state import KEY_FILE
from helpers import assert_manifest_holds, folder_digests, hold_open, let_go, reference

REPORTED = ["dim_editions", "fct_changes", "fct_estimates", "rpt_figures", "rpt_headlines"]
MARTS = [*REPORTED, "fct_things", "rpt_quality"]
# What the exposures of a small release declare.
DECLARED = {
    "duckdb": MARTS,
    "parquet": MARTS,
    "report": REPORTED,
    "quality_report": ["dim_editions", "rpt_quality"],
}
# The least: nothing is drawn.
BARE = {name: DECLARED[name] for name in ("duckdb", "parquet")}
# What the internal part of a small release has, whatever is exported.
INTERNAL_FILES = {
    f"internal/{name}"
    for name in (
        "ai_barometer.duckdb", "diff.csv", "diff.html", "manifest.json", "validation_report.html",
        "state/files.json", "state/inputs.json", "state/manifest.json",
        *(f"parquet/{name}.parquet" for name in MARTS),
    )
}
NOTE = "it's <b>a</b> note"

TESTS = ("things_are_things", "things_add_up")


def run(release, declared=BARE, outcomes=None):
    """A whole run of dbt over the warehouse below, as it is at its end."""
    tables = {"report_tables": "reference", "report_terms": "reference", "site_texts": "reference",
              "publication": "reference", "int_exhibits_captioned": "estimates"}
    nodes = {
        f"model.p.{name}": {
            "resource_type": "model", "name": name, "schema": "marts", "language": "sql",
            "columns": {}, "config": {"post-hook": []},
        }
        for names in declared.values() for name in names
    }
    nodes |= {
        f"seed.p.{name}": {"resource_type": "seed", "name": name, "schema": schema}
        for name, schema in tables.items()
    }
    nodes |= {
        f"test.p.{name}": {
            "resource_type": "test", "name": name, "description": "", "severity": "error",
        }
        for name in TESTS
    }
    exposures = {
        export: {
            "config": {"meta": {"formats": [export]}},
            "depends_on": {"nodes": [f"model.p.{name}" for name in names] + [
                f"seed.p.{name}" for name in tables if export not in ("duckdb", "parquet")
            ]},
        }
        for export, names in declared.items()
    }
    passed = {name: ("pass" if name.startswith("test") else "success", 0) for name in nodes}
    return Run(
        manifest={"nodes": nodes, "exposures": exposures, "metadata": {}},
        outcomes={name: outcome for name, outcome in (passed | (outcomes or {})).items() if outcome},
        release_path=release,
        keep_releases=3,
    )


@pytest.fixture
def warehouse(tmp_path):
    """A small warehouse with two marts, a table of another layer, and descriptions."""
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as session:
        session.execute(
            f"""
            create schema marts;
            create schema raw;
            create table raw.secrets as select 'name' as name;
            create table marts.dim_editions as
            select 1::smallint as edition, 'synthetic' as status, 0::smallint as revision,
            null::date as publication_date, date '2001-09-30' as fieldwork_end,
            '{NOTE.replace("'", "''")}' as note;
            create table marts.fct_things as
            select (7 * i) % 1000 as thing, i / 3 as size from range(1000) as numbers(i);
            create table marts.not_released as select 1 as one;
            create table marts.rpt_figures as
            select
                1::smallint as edition, 'figure_1' as figure, 1 as figure_sort_order,
                'T' as title_nl, 'T' as title_en, 'bar' as chart_type,
                false as compares_editions, 10 as base_respondent_count, 10 as respondent_count,
                null::varchar as base_note_nl, null::varchar as base_note_en,
                'S' as series_label_nl, 'S' as series_label_en, 1 as series_sort_order,
                'I' as item_label_nl, 'I' as item_label_en, 1 as item_sort_order,
                50.0::double as value_pct, 'U' as obs_status, 'F' as conf_status,
                1 as display_sort_order, 'c' as cell_id;
            create table marts.fct_estimates as
            select
                'c' as cell_id, 'i' as indicator_id, 'all' as base_id, 'total' as domain,
                'total' as category, 40.0::double as ci_lower_pct, 60.0::double as ci_upper_pct;
            create table marts.fct_changes (
                cell_id varchar, change_pp double, ci_lower_pp double, ci_upper_pp double,
                is_significant boolean, is_comparable boolean, comparability_reason varchar,
                obs_status varchar, previous_edition smallint
            );
            create table marts.rpt_headlines as
            select
                1::smallint as edition, 'figure_1' as exhibit, 'H' as headline_nl,
                'H' as headline_en, '%' as measured_nl, '%' as measured_en;
            create table marts.rpt_quality as
            select
                1::smallint as edition, 'S.1' as concept_code, 1 as concept_sort_order,
                'C' as concept_label_nl, 'C' as concept_label_en, 'm' as measure_id,
                1 as measure_sort_order, 'M' as measure_label_nl, 'M' as measure_label_en,
                'total' as domain, 'total' as category, 0 as category_sort_order,
                'T' as category_label_nl, 'T' as category_label_en, 50.0::double as value,
                'percent' as unit, null::varchar as text_nl, null::varchar as text_en;
            create schema reference;
            create schema estimates;
            create table reference.report_tables (mart_name varchar, sort_order integer);
            create table estimates.int_exhibits_captioned (edition smallint, exhibit varchar);
            create schema responses;
            create table responses.stg_sample (edition smallint, file_name varchar);
            create table responses.stg_responses (edition smallint, file_name varchar);
            create schema quality;
            create schema checks;
            create table quality.built_since_release (unique_id varchar primary key);
            create table quality.released_from (release_id varchar, variables varchar);
            create table checks.chk_expectation_results as
            select 'Things add up.' as claim, 3 as evaluated_count, 0 as unexpected_count,
                true as success, '' as message;
            create table checks.chk_rule_counts as
            select 'file_missing' as rule_id, 2 as sort_order, 'file' as level,
                'error' as severity, 'EVA' as rule_type, 'Missing file' as message,
                null::varchar as justification, 0 as finding_count
            union all
            select 'thing_odd', 1, 'record', 'warning', 'VCO', 'Odd thing', 'Things <are> odd', 3;
            create table quality.qlt_release_diff (
                mart_name varchar, edition smallint, previous_edition smallint,
                indicator_id varchar, base_id varchar, domain varchar, category varchar,
                measure varchar, difference_kind varchar, released_value double,
                built_value double, difference double, released_se double,
                is_revised boolean, is_allowed boolean
            );
            comment on table marts.fct_things is 'It''s a table of things';
            comment on column marts.fct_things.thing is 'A thing';
            comment on column marts.not_released.one is 'One';
            """
        )
        for name in ("report_terms", "site_texts", "publication"):
            session.register("seed", pa.Table.from_pylist(reference(name)))
            session.execute(f"create table reference.{name} as from seed")
            session.unregister("seed")
        yield session


@pytest.fixture
def release(tmp_path):
    """Where the release goes."""
    return tmp_path / "out" / "release"


BESIDE = {"release", ".release.lock", ".release.previous"}


def beside(release):
    """Names in the folder of the release."""
    return {path.name for path in release.parent.iterdir()}


def write(session, release, declared=BARE, outcomes=None):
    """Publish a run in which everything passed unless given otherwise.

    Without the docs, which are of a real project: tests/test_lineage.py.
    """
    with patch("barometer.release.publish.write_docs"):
        return publish(session, run(release, declared, outcomes), release.parent.parent / "target")


def test_files_and_manifest(warehouse, release):
    """All files are there, and the manifest says what they are."""
    assert write(warehouse, release, DECLARED)
    assert set(folder_digests(release)) == {
        *INTERNAL_FILES,
        "public/manifest.json", "public/quality_report.html", "public/report/index.html",
        *(
            f"public/report/1/{language}/figure_1.{ending}"
            for language in ("nl", "en") for ending in ("svg", "png", "csv")
        ),
        *(f"public/report/1/{language}/ai_barometer_1_{language}.xlsx" for language in ("nl", "en")),
    }
    assert_manifest_holds(release)
    manifest = json.loads((release / "internal" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["is_synthetic"] is True
    assert manifest["editions"] == [{"edition": 1, "status": "synthetic", "note": NOTE}]
    assert manifest["row_counts"] == {
        **dict.fromkeys(MARTS, 1), "fct_changes": 0, "fct_things": 1000,
    }
    assert manifest["versions"]["duckdb"] == duckdb.__version__
    assert beside(release) == BESIDE


def test_the_first_key_of_real_editions_stays(warehouse, release, monkeypatch):
    """Its fingerprint is in the state once an edition is real, and stays whatever key is there then."""
    path = release / "internal" / "state" / KEY_FILE
    monkeypatch.setenv(KEY_VARIABLE, "correct horse battery staple")
    write(warehouse, release)
    assert not path.exists()
    warehouse.execute("update marts.dim_editions set status = 'final'")
    write(warehouse, release)
    first, expected = json.loads(path.read_text()), key_fingerprint()
    assert first == {"fingerprint": expected}
    for other in ("another horse battery staple", ""):
        monkeypatch.setenv(KEY_VARIABLE, other)
        assert key_fingerprint() != expected
        write(warehouse, release)
        assert json.loads(path.read_text()) == first


def test_what_no_exposure_declares_is_not_exported(warehouse, release):
    """An export without an exposure is not written; one cannot read a mart it does not declare."""
    write(warehouse, release)
    assert set(folder_digests(release)) == {*INTERNAL_FILES, "public/manifest.json"}
    with pytest.raises(duckdb.CatalogException, match="rpt_quality"):
        write(warehouse, release, declared=DECLARED | {"quality_report": ["dim_editions"]})
    with pytest.raises(ValueError, match="_exposures.yml: found format html; expected one of duckdb"):
        write(warehouse, release, declared=DECLARED | {"html": ["dim_editions"]})


def test_database_holds_the_marts_alone(warehouse, release):
    """The file opens read-only, has the schema `marts`, sorted rows and the descriptions."""
    write(warehouse, release)
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as reader:
        assert reader.sql(
            "select schema_name, table_name, comment from duckdb_tables() order by all"
        ).fetchall() == [
            ("marts", name, "It's a table of things" if name == "fct_things" else None)
            for name in sorted(MARTS)
        ]
        assert reader.sql(
            "select table_name, column_name, comment from duckdb_columns() "
            "where comment is not null and not internal"
        ).fetchall() == [("fct_things", "thing", "A thing")]
        assert reader.sql(
            "select schema_name from duckdb_schemas() where database_name = 'ai_barometer' "
            "and not internal and schema_name != 'main'"
        ).fetchall() == [("marts",)]
        rows = reader.sql("select * from marts.fct_things").fetchall()
        assert rows == sorted(rows) and len(rows) == 1000
        parquet = pq.read_table(release / "internal" / "parquet" / "fct_things.parquet")
        assert [tuple(row.values()) for row in parquet.to_pylist()] == rows


def test_same_marts_same_bytes(warehouse, release, tmp_path):
    """Row order in the warehouse does not move a byte of the Parquet files."""
    write(warehouse, release)
    warehouse.execute(
        "create or replace table marts.fct_things as select * from marts.fct_things "
        "order by hash(thing)"
    )
    write(warehouse, tmp_path / "other")
    assert folder_digests(release / "internal" / "parquet") == folder_digests(
        tmp_path / "other" / "internal" / "parquet"
    )


def test_report_loads_nothing(warehouse, release):
    """The HTML refers to nothing outside itself, and escapes what it prints."""
    write(warehouse, release)
    page = (release / "internal" / "validation_report.html").read_text(encoding="utf-8")
    for reference in ("http:", "https:", "src=", "@import", "url(", "<script", "<link", "<b>"):
        assert reference not in page
    assert "synthetic" in page and "Things add up." in page and "things are things" in page


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (("fail", 2), "1 of 14 nodes failed or were skipped"),
        (("skipped", 0), "1 of 14 nodes failed or were skipped"),
        (None, "1 nodes were left out (the first: test.p.things_add_up)"),
    ],
    ids=["failed", "skipped", "left out"],
)
def test_release_is_withheld(warehouse, release, outcome, reason, capsys):
    """Whatever did not pass, or did not run, leaves the release byte for byte as it was."""
    write(warehouse, release)
    before = folder_digests(release)
    warehouse.execute("insert into marts.fct_things values (-1, -1)")
    assert not write(warehouse, release, outcomes={"test.p.things_add_up": outcome})
    assert folder_digests(release) == before
    assert beside(release) == BESIDE
    assert reason in capsys.readouterr().out


def test_nothing_is_written_where_there_was_no_release(warehouse, release):
    """A withheld first release leaves no folder."""
    assert not write(warehouse, release, outcomes={"test.p.things_add_up": ("fail", 1)})
    assert not release.parent.exists()


def test_warning_is_released(warehouse, release):
    """A test that warned counts as passed, and the report says so."""
    assert write(warehouse, release, outcomes={"test.p.things_add_up": ("warn", 1)})
    assert_manifest_holds(release)
    page = (release / "internal" / "validation_report.html").read_text(encoding="utf-8")
    assert "2 passed, 1 of them with a warning" in page


def test_what_has_the_same_inputs_is_taken_over(warehouse, release, tmp_path, monkeypatch):
    """Nothing is drawn twice; what is taken over is to the byte what is made anew; what somebody
    changed, or what has another input, is made anew."""
    made = []
    write_export = release_module.write_export
    monkeypatch.setattr(release_module, "MEANWHILE", set())
    monkeypatch.setattr(
        release_module, "write_export",
        lambda export, *arguments: (made.append(export), write_export(export, *arguments)),
    )
    write(warehouse, release, DECLARED)
    first = folder_digests(release)
    exports = ["report", "quality_report"]
    assert made == exports
    write(warehouse, release, DECLARED)
    assert made == exports
    taken = folder_digests(release)
    # What says when it was written, and whether there was a release before.
    telling = {"internal/ai_barometer.duckdb", "internal/manifest.json", "internal/diff.html"}
    assert {name: taken[name] for name in taken.keys() - telling} == {
        name: first[name] for name in first.keys() - telling
    }
    page = release / "public" / "quality_report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("50", "99"), encoding="utf-8")
    write(warehouse, release, DECLARED)
    assert made == [*exports, "quality_report"]
    assert folder_digests(release / "public")["quality_report.html"] == first["public/quality_report.html"]
    warehouse.execute("update marts.rpt_figures set value_pct = 60")
    write(warehouse, release, DECLARED)
    assert made == [*exports, "quality_report", "report"]
    write(warehouse, tmp_path / "anew" / "release", DECLARED)
    anew = folder_digests(tmp_path / "anew" / "release")
    taken = folder_digests(release)
    assert {name: taken[name] for name in taken.keys() - telling} == {
        name: anew[name] for name in anew.keys() - telling
    }


def test_a_release_needs_no_git(warehouse, release, capsys, monkeypatch):
    """The manifest says no commit, and a sentence says why."""
    monkeypatch.setenv("PATH", str(release.parent / "no programs"))
    assert write(warehouse, release)
    assert json.loads((release / "internal" / "manifest.json").read_text(encoding="utf-8"))["git_commit"] is None
    assert "program git: found none that runs (No such file or directory)" in capsys.readouterr().out


def test_error_while_writing_leaves_the_release(warehouse, release):
    """A mart that cannot be read leaves the release as it was, and the session usable."""
    write(warehouse, release)
    before = folder_digests(release)
    with pytest.raises(duckdb.Error):
        write(warehouse, release, declared=BARE | {"parquet": [*MARTS, "missing"]})
    assert folder_digests(release) == before
    write(warehouse, release)
    assert_manifest_holds(release)


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_foreign_folder_is_refused(warehouse, release, kind):
    """What is not an earlier release is never replaced."""
    kept = release / "thesis.txt" if kind == "folder" else release
    kept.parent.mkdir(parents=True)
    kept.write_text("years of work")
    with pytest.raises(FileExistsError, match="release_path: found .*not an earlier release"):
        write(warehouse, release)
    assert kept.read_text() == "years of work"


def test_empty_folder_is_taken(warehouse, release):
    """An empty folder receives the release."""
    release.mkdir(parents=True)
    write(warehouse, release)
    assert_manifest_holds(release)


def test_leftovers_of_a_killed_build_go(warehouse, release):
    """What a killed build left behind is not in the way and does not get released."""
    write(warehouse, release)
    leftover = release.with_name(f".{release.name}.staging")
    (leftover / "internal" / "parquet").mkdir(parents=True)
    (leftover / "internal" / "ai_barometer.duckdb").write_bytes(b"half a file")
    write(warehouse, release)
    assert_manifest_holds(release)
    assert beside(release) == BESIDE


def test_replaced_while_held_open(warehouse, release):
    """A reader keeps what it opened; the next one sees the new release."""
    write(warehouse, release)
    holder = hold_open(release / "internal" / "ai_barometer.duckdb", "fct_things")
    warehouse.execute("insert into marts.fct_things values (-1, -1)")
    write(warehouse, release)
    assert_manifest_holds(release)
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as reader:
        assert reader.sql("select count(*) from marts.fct_things").fetchone() == (1001,)
    assert holder.first_count == let_go(holder) == 1000


def test_a_path_with_a_quote(warehouse, tmp_path):
    """A quote in the path is no trouble."""
    release = tmp_path / "it's here" / "release"
    write(warehouse, release)
    assert_manifest_holds(release)


def test_a_link_as_release_path_is_followed(warehouse, tmp_path):
    """The folder behind a link is replaced, twice over, and the link stays a link."""
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    for _ in range(2):
        write(warehouse, link)
        assert link.is_symlink()
        assert_manifest_holds(tmp_path / "real")


def test_a_replaced_release_is_kept(warehouse, release):
    """Beside the release, file by file as it was published."""
    write(warehouse, release)
    before = folder_digests(release)
    warehouse.execute("insert into marts.fct_things values (-1, -1)")
    write(warehouse, release)
    (kept,) = earlier_releases(release)
    assert folder_digests(previous_folder(release) / kept) == before
    assert beside(release) == BESIDE


LIMITED = """
import resource
import sys
from pathlib import Path

import duckdb

import test_release

limit, database, release = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
with duckdb.connect(database) as session:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    test_release.write(session, release)
"""

FULL_DISK = """
import subprocess
import sys
from pathlib import Path

import duckdb

import test_release
from helpers import folder_digests

database, disk = sys.argv[1], Path(sys.argv[2])
release = disk / "release"

def resize(room):
    used = sum(path.stat().st_blocks * 512 for path in disk.rglob("*"))
    options = f"remount,size={used + room}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], check=True)

subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", disk], check=True)
with duckdb.connect(database) as session:
    test_release.write(session, release)
    before, size = folder_digests(release), sum(p.stat().st_size for p in release.rglob("*"))
    for eighths in range(8):
        resize(eighths * size // 8)
        try:
            test_release.write(session, release)
        except OSError as error:
            assert str(error).startswith("variable release_path: found that "), error
            assert "o space left on device" in str(error), error
            assert folder_digests(release) == before
            assert test_release.beside(release) == test_release.BESIDE
        else:
            sys.exit(f"published with room for {eighths} eighths of a release")
    resize(2 * size)
    test_release.write(session, release)
"""


def run_script(script, *arguments, prefix=()):
    """Run a script of the tests in a process of its own."""
    return subprocess.run(
        [*prefix, sys.executable, "-c", script, *map(str, arguments)],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("limit", [1, 20_000, 300_000, 700_000])
def test_files_that_cannot_be_written(warehouse, release, tmp_path, limit):
    """No file may grow beyond the limit: one sentence, the release as it was, nothing left."""
    write(warehouse, release)
    before = folder_digests(release)
    assert limit < (release / "internal" / "ai_barometer.duckdb").stat().st_size
    warehouse.close()
    result = run_script(LIMITED, limit, tmp_path / "warehouse.duckdb", release)
    assert result.returncode
    sentence = result.stderr.splitlines()[-1]
    assert "variable release_path: found that " in sentence, result.stderr
    assert "the release stays as it was" in sentence
    assert folder_digests(release) == before
    assert beside(release) == BESIDE


def test_a_full_disk(warehouse, tmp_path):
    """A small disk that fills up at one file or another; with room again, the build publishes."""
    namespace = ("unshare", "--map-root-user", "--mount")
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs a user namespace, which is not allowed here")
    (tmp_path / "disk").mkdir()
    warehouse.close()
    result = run_script(
        FULL_DISK, tmp_path / "warehouse.duckdb", tmp_path / "disk", prefix=namespace
    )
    assert result.returncode == 0, result.stderr


def test_validation_report_counts_the_input_checks(warehouse, release):
    """Every rule with its findings, in their order; a reason for each that does not stop a build."""
    write(warehouse, release)
    page = (release / "internal" / "validation_report.html").read_text(encoding="utf-8")
    assert page.index("thing_odd, VCO") < page.index("file_missing, EVA")
    assert "Warning only: Things &lt;are&gt; odd." in page
    assert '<td>warning</td><td class="number">3</td>' in page
