"""Fixtures that several test modules share."""

import fcntl

import pytest

from helpers import copy_built, copy_project, run_dbt


@pytest.fixture(scope="session")
def built_project(tmp_path_factory, worker_id):
    """A copy of the project after `dbt build`, one for all workers; not to be changed."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    folder, built = shared / "built" / "project", shared / "built.ok"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            build = run_dbt(copy_project(folder), "build")
            if build.returncode:
                pytest.fail(f"dbt build fails:\n{build.stdout[-6000:]}", pytrace=False)
            built.touch()
    return folder


@pytest.fixture
def project_copy(built_project, tmp_path):
    """A built project to change at will."""
    return copy_built(built_project, tmp_path / "project")
