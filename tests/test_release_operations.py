"""What is done beside building a release: an earlier one put back, a damaged warehouse."""

import json
import os
import shutil
import stat
import subprocess
import sys
from types import SimpleNamespace

import duckdb
import pytest

from barometer import command
from barometer.release.release_folder import earlier_releases, moment, previous_folder
from barometer.system.shown_events import OF_ONE_CAUSE, WithoutRepeated
from barometer.system.warehouse import name_fault, warehouse_fault
from dbt_barometer import schemas
from helpers import (
    PROJECT,
    assert_manifest_holds,
    clean_environment,
    folder_digests,
    macros,
    run_barometer,
    run_dbt,
)


@pytest.fixture
def release(project_copy):
    """The release of a built project, with an earlier one beside it."""
    release = project_copy / "release"
    earlier = previous_folder(release) / "20010203T040506.789Z"
    shutil.copytree(release, earlier)
    manifest = json.loads((earlier / "internal" / "manifest.json").read_text(encoding="utf-8"))
    (earlier / "internal" / "manifest.json").write_text(json.dumps(manifest | {"git_commit": "earlier"}))
    os.utime(earlier / "internal" / "manifest.json", ns=(981_173_106_789_000_000,) * 2)
    assert moment(earlier) == earlier.name
    return release


def commit(release):
    """What a whole release says of the commit it was built from."""
    assert_manifest_holds(release)
    return json.loads((release / "internal" / "manifest.json").read_text(encoding="utf-8"))["git_commit"]


def test_restore_release(project_copy, release):
    """One step puts the last release back, another one forward again; unknown ones are listed."""
    present = moment(release)
    step = run_barometer(project_copy, "restore")
    assert step.returncode == 0, step.stdout
    assert "is the release of 20010203T040506.789Z; the one it replaces is kept" in step.stdout
    assert commit(release) == "earlier"
    assert run_barometer(project_copy, "releases").stdout == f"{present}\n"

    unknown = run_barometer(project_copy, "restore", "it's gone")
    assert unknown.returncode == 1
    assert unknown.stdout.startswith("barometer: argument moment: found it's gone; expected one that ")
    assert f"holds: {present}" in unknown.stdout
    assert commit(release) == "earlier"

    step = run_barometer(project_copy, "restore", present)
    assert step.returncode == 0, step.stdout
    assert commit(release) != "earlier"
    assert earlier_releases(release) == ["20010203T040506.789Z"]


def test_the_command_says_what_is_wrong(project_copy):
    """Another folder, a missing warehouse, a number that is none: a sentence, and no traceback."""
    elsewhere = run_barometer(project_copy / "models", "releases")
    missing = run_barometer(project_copy, "changes", "--warehouse", "none.duckdb")
    number = run_barometer(project_copy, "restore", "--keep-releases", "-1")
    for run, sentence in (
        (elsewhere, "dbt_project.yml: found no such file here; expected to be run from the root"),
        (missing, "none.duckdb: found no such file; expected the warehouse of a build"),
        (number, "argument --keep-releases"),
    ):
        assert run.returncode and sentence in run.stdout and "Traceback" not in run.stdout
    listed = run_barometer(project_copy, "--help").stdout
    assert all(name in listed for name in ("restore", "releases", "scaffold", "changes"))


WAITING = """
import importlib.abc, os, signal, sys
class Press(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "dbt.cli.main":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press())
from barometer.build import build
build([])
"""


def test_ctrl_c_before_dbt_has_begun_is_one_sentence():
    """While it is imported, which takes as long as some builds."""
    run = subprocess.run([sys.executable, "-c", WAITING], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (130, "")
    assert run.stdout == "\nstopped by Ctrl-C: dbt build; release stays as it was\n"


def test_ctrl_c_of_the_command_is_one_sentence(monkeypatch, capsys):
    """And no traceback: a release is exchanged in one step, whatever ends the process."""
    def interrupted(_options):
        raise KeyboardInterrupt

    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(command, "run_releases", interrupted)
    assert command.main(["releases"]) == 130
    assert capsys.readouterr() == ("", "barometer: stopped by Ctrl-C; the release is whole\n")


@pytest.mark.parametrize("damage", [lambda _: b"", lambda _: b"\xff" * 99999, lambda kept: kept[:99999]],
                         ids=["empty", "other bytes", "cut off"])
def test_a_damaged_warehouse_is_a_sentence(tmp_path, damage):
    """What was found, and that a build makes it anew."""
    path = tmp_path / "warehouse.duckdb"
    assert warehouse_fault(path) is None
    with duckdb.connect(str(path)) as session:
        session.execute("create table numbers as from range(99999)")
    path.write_bytes(damage(path.read_bytes()))
    fault = warehouse_fault(path)
    assert fault.startswith(f"{path}: found a file that cannot be opened (IO Error: ")
    assert fault.endswith(
        f"; delete it and {path}.wal, if that is there: the next whole build makes it anew; "
        "the release stays as it was"
    ) and "\n" not in fault


@pytest.mark.parametrize("name", ["marts", "RAW", "reference", "main", "temp", "released"])
def test_a_database_named_as_a_schema_is_refused(tmp_path, name):
    """In SQL the one would be taken for the other; any other name will do."""
    fault = name_fault(tmp_path / f"{name}.duckdb", schemas())
    assert fault.startswith(f"profiles.yml, path {tmp_path / name}.duckdb: found a database named {name}, ")
    assert fault.endswith("; the release stays as it was") and "; expected another name than " in fault
    assert name_fault(tmp_path / f"my_{name}.duckdb", schemas()) is None


def test_every_schema_of_the_warehouse_is_known(built_project):
    """Whatever dbt makes is in a schema that a database may not be named after."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as session:
        made = {name for (name,) in session.sql("select distinct schema_name from duckdb_tables()").fetchall()}
    assert made and made <= schemas()


def damage_table(path, table):
    """Overwrite the blocks of a file that hold the rows of a table."""
    # What the last run left in the log beside the file goes into it.
    duckdb.connect(str(path)).close()
    with duckdb.connect(str(path), read_only=True) as session:
        (blocks,) = session.sql(
            f"select list(distinct block_id) from pragma_storage_info('{table}') where block_id >= 0"
        ).fetchone()
        (size,) = session.sql("select block_size from pragma_database_size()").fetchone()
    with path.open("r+b") as file:
        for block in blocks:
            # Three headers of 4 KiB come first.
            file.seek(3 * 4096 + block * size)
            file.write(b"\xff" * size)


def test_a_damaged_warehouse_ends_no_run_in_a_traceback(project_copy):
    """Neither where it cannot be opened, nor where one of its tables cannot be read."""
    before = folder_digests(project_copy / "release")
    path = project_copy / "warehouse.duckdb"
    damage_table(path, "marts.fct_estimates")
    table = run_dbt(project_copy, "run", "--select", "fct_changes")
    path.write_bytes(b"no database")
    runs = [table, run_dbt(project_copy, "build"), run_barometer(project_copy, "changes")]
    for run, found in zip(runs, ("damaged table in it", *["file that cannot be opened"] * 2), strict=True):
        assert run.returncode and "Traceback" not in run.stdout, run.stdout[-3000:]
        assert f"warehouse.duckdb: found a {found}" in run.stdout
        assert "build makes it anew; the release stays as it was" in run.stdout
    assert folder_digests(project_copy / "release") == before


def test_file_modes_of_a_build(built_project):
    """The warehouse is for the account that builds, what is internal for its group too, what is
    public for everybody."""
    assert stat.S_IMODE((built_project / "warehouse.duckdb").stat().st_mode) == 0o600
    release = built_project / "release"
    for part, (folder_mode, file_mode) in {
        "internal": (0o750, 0o640), "public": (0o755, 0o644)
    }.items():
        for path in [release / part, *(release / part).rglob("*")]:
            expected = folder_mode if path.is_dir() else file_mode
            assert stat.S_IMODE(path.stat().st_mode) == expected, path


def end_of_run(*messages):
    """What the end of a run says of nodes that failed with these messages, and the SQL that it runs."""
    said = []
    node = SimpleNamespace(resource_type="model", unique_id="model.p.m")
    results = [SimpleNamespace(node=node, status="error", failures=None, message=text) for text in messages]
    query = macros(
        "run.sql", execute=True, flags=SimpleNamespace(WHICH="build"), print=said.append, tojson=json.dumps,
        env_var=lambda *_: "3GB", target=SimpleNamespace(path="warehouse.duckdb"), escape_single_quotes=str,
    ).end_run(results)
    return said, query.strip()


INVALIDATED = "FATAL Error: Failed: database has been invalidated because of a previous fatal error."


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        (["IO Error: Could not write file: No space left on device", *[INVALIDATED] * 7], "no room left on its disk"),
        ([INVALIDATED] * 8, "that DuckDB could not go on writing it"),
        (["Out of Memory Error: failed to offload data block of size 256.0 KiB"] * 2, "no room left on its disk"),
    ],
)
def test_a_full_disk_of_the_warehouse_is_one_sentence(messages, found):
    """However many nodes it fails; and what is asked of such a database would fail as well."""
    (sentence,), query = end_of_run(*messages)
    assert sentence == (
        f"error, warehouse.duckdb: found {found}; expected room for it and for what DuckDB writes "
        "beside it; make room and build again; the release stays as it was"
    )
    assert bool(query) != (INVALIDATED in messages)


def test_too_little_memory_is_one_sentence():
    """With the variable that says how much DuckDB may hold."""
    (sentence,), query = end_of_run(*["Out of Memory Error: failed to allocate data of size 1 MiB"] * 3)
    assert sentence == (
        "error, environment variable BAROMETER_MEMORY_LIMIT: found 3GB, too little memory for this build; "
        "expected more, as docs/scale.md has it; the release stays as it was"
    )
    assert "release_run" in query


FULL_WAREHOUSE = """
import subprocess, sys
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "disk"], check=True)
sys.argv[0] = "dbt"
from dbt.cli.main import cli
cli()
"""


def test_a_full_disk_is_said_once(project_copy):
    """By dbt itself, whose warehouse is on a small disk: the sentence, and no error of a node."""
    namespace = ("unshare", "--map-root-user", "--mount")
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs a user namespace, which is not allowed here")
    (project_copy / "disk").mkdir()
    (project_copy / "warehouse.duckdb").unlink()
    (project_copy / "warehouse.duckdb").symlink_to(project_copy / "disk" / "warehouse.duckdb")
    run = subprocess.run(
        [*namespace, sys.executable, "-c", FULL_WAREHOUSE, "seed", "--select", "path:seeds/raw", "--no-use-colors"],
        cwd=project_copy, env=clean_environment(), capture_output=True, text=True, check=False,
    )
    said = run.stdout + run.stderr
    assert run.returncode == 1 and said.count("; make room and build again; the release stays as it was\n") == 1, said
    assert "Failure in" not in said and "Error" not in said, said
    assert (project_copy / "logs" / "dbt.log").read_text(encoding="utf-8").count("Failure in") > 1


@pytest.mark.parametrize("text", OF_ONE_CAUSE)
def test_what_dbt_shows_of_other_nodes_stays(text):
    """One that failed for a reason of its own is said beside those that failed with the disk."""
    is_shown = WithoutRepeated()

    def event(name, node="", message=""):
        return SimpleNamespace(
            info=SimpleNamespace(name=name),
            data=SimpleNamespace(
                node_info=SimpleNamespace(unique_id=node), run_result=SimpleNamespace(message=message)
            ),
        )

    assert is_shown(event("Formatting")) and is_shown(event("Formatting"))
    assert is_shown(event("NodeFinished", "own", "Binder Error")) and is_shown(event("NodeFinished", "disk", f"IO: {text}"))
    shown = [
        (name, node)
        for node in ("disk", "own", "disk")
        for name in ("Formatting", "RunResultFailure", "RunResultError", "Formatting", "SQLCompiledPath")
        if is_shown(event(name, node))
    ]
    assert [name for name, node in shown if node == "own"] == [
        "RunResultFailure", "RunResultError", "Formatting", "SQLCompiledPath"
    ]
    assert [name for name, node in shown if node == "disk"] == ["Formatting", "Formatting"]


def test_any_other_end_is_handed_over():
    """With nothing to say of the disk."""
    said, query = end_of_run("Binder Error: no such column")
    assert not said and "release_run" in query


INTERRUPTED = """
import multiprocessing, os, signal, sys, time
from pathlib import Path
from barometer.system.interrupts import end_on_interrupt
release = Path(sys.argv[1])
end_on_interrupt("build", release)
lock = multiprocessing.get_context("spawn").RLock()
if sys.argv[2] == "published":
    os.utime(release / "internal" / "manifest.json", ns=(1, 1))
os.kill(os.getpid(), signal.SIGINT)
time.sleep(9)
"""


@pytest.mark.parametrize(
    ("moment_of", "stays"), [("before", "stays as it was"), ("published", "is the one of this run, whole")]
)
def test_ctrl_c_is_one_sentence(tmp_path, moment_of, stays):
    """What was stopped, and what became of the release."""
    (tmp_path / "internal").mkdir()
    (tmp_path / "internal" / "manifest.json").write_text("{}")
    run = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path), moment_of], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (130, "")
    assert run.stdout == f"\nstopped by Ctrl-C: dbt build; {tmp_path} {stays}\n"
