"""Fixtures that several test modules share."""

import pytest

from helpers import copy_built, copy_project, run_dbt


@pytest.fixture(scope="session")
def built_project(tmp_path_factory):
    """A copy of the project after `dbt build`; not to be changed."""
    folder = copy_project(tmp_path_factory.mktemp("built") / "project")
    build = run_dbt(folder, "build")
    if build.returncode:
        pytest.fail(f"dbt build fails:\n{build.stdout[-6000:]}", pytrace=False)
    return folder


@pytest.fixture
def project_copy(built_project, tmp_path):
    """A built project to change at will."""
    return copy_built(built_project, tmp_path / "project")
