"""The release of a whole build: its numbers, its bytes, and what disturbs it."""

import os
import shutil
import signal
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from barometer.release.release_folder import moment
from helpers import (
    CHANGED,
    PROJECT,
    assert_manifest_holds,
    change_labels,
    copy_built,
    dbt,
    folder_digests,
    hold_open,
    let_go,
    reference,
    run_dbt,
    start_warm,
)

DATABASE = "ai_barometer.duckdb"
REPEATABLE = {
    "internal/parquet", *(f"public/{name}" for name in ("csv", "ai_barometer.xlsx", "sdmx", "report"))
}


@pytest.fixture(scope="module")
def release(built_project):
    """The release folder of the build."""
    return built_project / "release"


@pytest.fixture(scope="module")
def marts(release):
    """The released database, opened read-only as a BI tool does."""
    with duckdb.connect(str(release / "internal" / DATABASE), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def changed(built_project, tmp_path_factory):
    """A copy with other labels, of which only what changed was built: by one that was
    killed, and by one that passed while another was refused.
    """
    folder = copy_built(built_project, tmp_path_factory.mktemp("changed") / "project")
    figure = change_labels(folder)
    kill_build_at(folder, "START hook: ai_barometer.on-run-end")
    assert_manifest_holds(folder / "release")
    before = moment(folder / "release")
    build, output = started_build(folder)
    wait_until(build, output, "START")
    # Held in the middle until the other one was refused.
    os.kill(build.pid, signal.SIGSTOP)
    second = run_dbt(folder, "build")
    os.kill(build.pid, signal.SIGCONT)
    build.join()
    return {
        "folder": folder, "figure": figure, "output": output.read_text("utf-8"), "returncode": build.exitcode,
        "process": build.pid,
        "second": second, "before": before,
    }


@pytest.fixture(scope="module")
def changed_back(changed, tmp_path_factory):
    """A copy of that with the labels as they were, built with one thread while another process
    holds its release open."""
    folder = copy_built(changed["folder"], tmp_path_factory.mktemp("changed_back") / "project")
    labels = Path("seeds", "reference", "figures.csv")
    shutil.copyfile(PROJECT / labels, folder / labels)
    holder = hold_open(folder / "release" / "internal" / DATABASE, "fct_answers")
    build = run_dbt(folder, *CHANGED, "--threads", "1")
    return {"folder": folder, "build": build, "counts": (holder.first_count, let_go(holder))}


def published(indicator, domain):
    """Published counts as {(edition, category): value}."""
    return {
        (int(row["edition"]), row["category"]): float(row["value"])
        for row in reference("published_figures")
        if row["indicator"] == indicator and row["domain"] == domain
    }


@pytest.mark.parametrize(
    ("indicator", "column"),
    [
        ("population", "population_count"),
        ("sampled", "sampled_count"),
        ("usable", "usable_count"),
    ],
)
@pytest.mark.parametrize(
    ("domain", "category"),
    [
        ("stratum", "stratum_id"),
        ("sector", "sector_code"),
        ("size", "size_class_code"),
    ],
)
def test_counts_are_the_published_ones(marts, indicator, column, domain, category):
    """Population, sample and usable responses, as Tabel 1 and Tabel 2 print them."""
    found = {
        (edition, code): count
        for edition, code, count in marts.sql(
            f"select edition, {category}, sum({column}) from marts.dim_strata "
            "where not is_population_assumed group by all"
        ).fetchall()
    }
    assert found == published(indicator, domain) != {}


def test_weights_sum_to_the_population(marts):
    """In each edition, and in each stratum that was weighted by itself or with another."""
    editions = marts.sql(
        """
        select edition, sum(final_weight), (
            select sum(population_count) from marts.dim_strata as strata
            where strata.edition = responses.edition
        )
        from marts.fct_responses as responses group by edition
        """
    ).fetchall()
    strata = marts.sql(
        """
        with weights as (
            select strata.edition, strata.weighting_stratum_id,
                sum(fct_responses.final_weight) as weight_sum
            from marts.fct_responses
            join marts.dim_strata as strata using (edition, stratum_id)
            group by all
        )
        select weighting_stratum_id, any_value(weight_sum), sum(population_count)
        from marts.dim_strata left join weights using (edition, weighting_stratum_id)
        group by edition, weighting_stratum_id
        """
    ).fetchall()
    assert editions and len(strata) == len({row[0] for row in strata}) * len(editions)
    for place, weight_sum, population in editions + strata:
        assert weight_sum == pytest.approx(float(population), rel=0, abs=1e-6), place


def test_fieldwork_is_the_published_one(marts):
    """Counts as published, and the response rate after rounding to the published decimals."""
    units = {row["indicator_id"]: row["unit"] for row in reference("fieldwork_indicators")}
    found = {
        (edition, indicator): value
        for edition, indicator, value in marts.sql(
            "select edition, indicator_id, value from marts.fct_fieldwork"
        ).fetchall()
    }
    rows = [
        row
        for row in reference("published_figures")
        if row["indicator"] in units and row["domain"] == "total"
    ]
    assert len({row["indicator"] for row in rows}) > 5
    for row in rows:
        decimals = len(row["value"].partition(".")[2])
        value = found[int(row["edition"]), row["indicator"]]
        if units[row["indicator"]] == "count":
            assert value == float(row["value"]), row
        else:
            assert round(value, decimals) == float(row["value"]), row


def test_rates_of_the_fieldwork_are_not_rounded(marts):
    """The response rate is responses over reached, as a percentage in full precision."""
    for rate, responses, reached in marts.sql(
        """
        select
            max(value) filter (where indicator_id = 'response_rate'),
            max(value) filter (where indicator_id = 'responses'),
            max(value) filter (where indicator_id = 'reached')
        from marts.fct_fieldwork group by edition
        """
    ).fetchall():
        assert rate == pytest.approx(100 * responses / reached, rel=1e-12)


def test_nothing_asked_is_unanswered(marts):
    """Every answer has a code; what is imputed has a donor, what is reported or derived has none."""
    assert marts.sql(
        """
        select count(*) from marts.fct_answers
        where answer_code is null
        or (is_imputed or is_derived) != (reported_answer_code is null)
        or (is_imputed and not is_derived) != (donor_response_key is not null)
        or (is_imputed and not is_derived) != (imputation_level is not null)
        """
    ).fetchone() == (0,)


def test_parquet_equals_the_database(marts, release):
    """Each Parquet file has the rows, order, columns and types of its table."""
    names = {row[0] for row in marts.sql("select table_name from duckdb_tables()").fetchall()}
    files = {path.stem: path for path in (release / "internal" / "parquet").iterdir()}
    assert names == set(files) != set()
    for name, path in files.items():
        table = marts.table(f"marts.{name}")
        copied = marts.read_parquet(str(path))
        assert (copied.columns, copied.types) == (table.columns, table.types)
        assert copied.fetchall() == table.fetchall()
        assert pq.ParquetFile(path).metadata.num_rows == len(table)


def test_release_is_what_the_manifest_says(release):
    """Every file has its hash in the manifest."""
    assert_manifest_holds(release)


def test_build_runs_while_a_reader_holds_the_release(changed_back):
    """The build passes, the reader keeps its rows, and the new release is whole."""
    assert changed_back["build"].returncode == 0, changed_back["build"].stdout[-3000:]
    assert changed_back["counts"][0] == changed_back["counts"][1] > 0
    assert_manifest_holds(changed_back["folder"] / "release")


def test_a_changed_label_is_released(changed):
    """What depends on it is built and released, and the hot deck is not."""
    output = changed["output"]
    assert changed["returncode"] == 0, output[-3000:]
    assert "marts.rpt_figures" in output and "int_answers_imputed" not in output
    assert "release withheld" not in output
    assert_manifest_holds(changed["folder"] / "release")
    figures = pq.read_table(changed["folder"] / "release" / "internal" / "parquet" / "rpt_figures.parquet")
    labels = {(row["figure"] == changed["figure"], row["item_label_en"] == "changed") for row in figures.to_pylist()}
    assert labels == {(True, True), (False, False)}
    report = (changed["folder"] / "release" / "internal" / "validation_report.html").read_text("utf-8")
    assert "unchanged" in report


def test_no_byte_depends_on_how_it_was_built(changed_back, changed, built_project):
    """Whole or only what changed, written anew or taken over from the release before, with all
    threads or one, in another folder: every file but those
    that say so of the build itself is the same. A label moves the files that it is in, and no
    other mart.

    All marts with one thread: tests/test_editions.py.
    """
    first = repeatable(built_project / "release")
    assert REPEATABLE <= {"/".join(Path(name).parts[:2]) for name in first}
    assert repeatable(changed_back["folder"] / "release") == first
    other = repeatable(changed["folder"] / "release")
    moved = {name for name in first if name.startswith("internal/parquet/") and first[name] != other[name]}
    assert moved == {"internal/parquet/rpt_figures.parquet"}


def repeatable(release):
    """SHA-256 of the released files whose bytes depend on the data alone.

    The manifest and the report of the build have its moment, what moved says whether there was a
    release before; DuckDB's file differs from one writing to the next.
    """
    telling = {
        f"internal/{name}" for name in ("manifest.json", DATABASE, "validation_report.html", "diff.html")
    } | {"public/manifest.json"}
    return {
        name: digest for name, digest in folder_digests(release).items() if name not in telling
    }


def test_a_second_build_is_refused(changed):
    """While another one runs: one line that says which process it is; the first one publishes."""
    second = changed["second"]
    assert second.returncode
    assert f"warehouse.duckdb: found it in use by process {changed['process']}, another" in (
        second.stdout
    )
    assert "Traceback" not in second.stdout
    assert moment(changed["folder"] / "release") > changed["before"]


def test_killed_builds_leave_a_whole_release(changed):
    """Killed among the models and while publishing, the release is whole each time; the next
    build clears up, and its release has the change.

    `bench/kill_builds.py` kills at random moments; tests/test_release_folder.py before each step.
    """
    assert not (changed["folder"] / ".release.staging").exists()
    assert_manifest_holds(changed["folder"] / "release")


def started_build(folder):
    """A build of what changed that was just started, and the file of its output."""
    output = folder / "output.txt"
    return start_warm(dbt, folder, str(output), *CHANGED, "--no-use-colors"), output


def wait_until(build, output, marker):
    """Wait for a build to say something; it may have ended without."""
    while marker not in (output.read_text("utf-8") if output.exists() else ""):
        if not build.is_alive():
            return
        time.sleep(0.01)


def kill_build_at(folder, marker):
    """Start a build of what changed and kill it, SIGKILL, as soon as its output has the marker."""
    build, output = started_build(folder)
    wait_until(build, output, marker)
    assert marker in output.read_text("utf-8"), f"the build never said '{marker}'"
    build.kill()
    build.join()
    assert build.exitcode == -signal.SIGKILL
    output.unlink()
