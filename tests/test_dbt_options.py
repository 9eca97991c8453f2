"""dbt's own options and commands: each works here, or is refused in a sentence."""

import json
import pwd
from pathlib import Path

import duckdb
import pytest

from dbt_barometer import give_home
from helpers import PROJECT, copy_project, read_cells, run_dbt, write_cells

SELECTED = ("--select", "editions", "build_settings", "--indirect-selection", "empty")


@pytest.mark.slow
def test_options_of_dbt_work(tmp_path):
    """From another folder, with folders of its own, many threads; and again what failed, without a home.

    Two nodes are built, in a copy of the project: paths and arguments are dbt's to handle.
    """
    folder, elsewhere = copy_project(tmp_path / "project"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    seed = folder / "seeds" / "reference" / "editions.csv"
    cells = read_cells(seed)
    write_cells(seed, [cells[0], ["many", *cells[1][1:]]])
    options = [
        "--project-dir", "../project", "--profiles-dir", "../project", "--target-path", "other_target",
        "--log-path", str(tmp_path / "other_logs"), "--threads", "8",
    ]
    failed = run_dbt(elsewhere, "build", *SELECTED, *options)
    assert failed.returncode and "column edition: found 'many'; expected" in failed.stdout, failed.stdout
    write_cells(seed, cells)
    again = run_dbt(elsewhere, "retry", *options, HOME=str(tmp_path / "nowhere"))
    assert again.returncode == 0, again.stdout
    results = json.loads((folder / "other_target" / "run_results.json").read_text(encoding="utf-8"))
    assert "seed.ai_barometer.editions" in {row["unique_id"] for row in results["results"]}
    assert (folder / "other_target" / "home").is_dir()
    assert (tmp_path / "other_logs").is_dir() and not list(elsewhere.iterdir())
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as session:
        assert session.sql("select count(*) from reference.editions").fetchone() == (len(cells) - 1,)


def test_libraries_are_given_a_home(tmp_path, monkeypatch):
    """Where the user has no account or a home that is not there; any other is left as it is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    give_home(tmp_path / "unused")
    assert Path.home() == tmp_path and not (tmp_path / "unused").exists()
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    give_home(tmp_path / "one")
    assert Path.home() == tmp_path / "one" and (tmp_path / "one").is_dir()
    monkeypatch.delenv("HOME")

    def refuse(_number):
        raise KeyError("uid not found")

    monkeypatch.setattr(pwd, "getpwuid", refuse)
    with pytest.raises(RuntimeError):
        Path.home()
    give_home(tmp_path / "two")
    assert Path.home() == tmp_path / "two"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (["clone", "--state", "x"], "command clone: found one warehouse"),
        (["build", "--empty"], "argument --empty: found it"),
        (["run", "--sample", "1 day"], "argument --sample: found it"),
    ],
    ids=lambda value: value[0],
)
def test_what_is_no_use_is_refused(tmp_path, command, found):
    """Before anything is read."""
    folders = [
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs"),
    ]
    run = run_dbt(tmp_path, *command, *folders)
    assert run.returncode and "Traceback" not in run.stdout, run.stdout
    assert found in run.stdout and "; expected " in run.stdout, run.stdout
    assert "the release stays as it was" in run.stdout
