"""Fixtures that several test modules share."""

import fcntl

import pytest

from helpers import copy_built, copy_project, run_dbt


def pytest_collection_modifyitems(items):
    """Order the files for two workers: neither waits for the other at the start or at the end.

    The first file builds the project that most others need; those that need none come next, for
    the other worker; of the rest the files with the most builds of their own come first.
    """
    builds = {}
    for item in items:
        needs = {"built_project", "project_copy"} & set(item.fixturenames)
        own = needs and {"tmp_path", "project_copy"} & set(item.fixturenames)
        of_file = builds.setdefault(item.path, [0, 0])
        of_file[0] += bool(needs)
        of_file[1] += bool(own)
    order = sorted(builds, key=lambda path: (builds[path][0] > 0, -builds[path][1], path))
    first = next((path for path in order if builds[path][0]), None)
    items.sort(key=lambda item: (item.path != first, order.index(item.path)))


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
