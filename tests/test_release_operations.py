"""What is done beside building a release: an earlier one put back, and who may read it."""

import json
import os
import shutil
import stat

import pytest

from barometer.release_folder import earlier_releases, moment, previous_folder
from helpers import assert_manifest_holds, run_barometer


@pytest.fixture
def release(project_copy):
    """The release of a built project, with an earlier one beside it."""
    release = project_copy / "release"
    earlier = previous_folder(release) / "20010203T040506.789Z"
    shutil.copytree(release, earlier)
    manifest = json.loads((earlier / "manifest.json").read_text(encoding="utf-8"))
    (earlier / "manifest.json").write_text(json.dumps(manifest | {"git_commit": "earlier"}))
    os.utime(earlier / "manifest.json", ns=(981_173_106_789_000_000,) * 2)
    assert moment(earlier) == earlier.name
    return release


def commit(release):
    """What a whole release says of the commit it was built from."""
    assert_manifest_holds(release)
    return json.loads((release / "manifest.json").read_text(encoding="utf-8"))["git_commit"]


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


def test_file_modes_of_a_build(built_project):
    """The warehouse is for the account that builds, the release for its group too."""
    assert stat.S_IMODE((built_project / "warehouse.duckdb").stat().st_mode) == 0o600
    release = built_project / "release"
    for path in [release, *release.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o750 if path.is_dir() else 0o640), path
