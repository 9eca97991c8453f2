"""The SQL follows the style of .sqlfluff."""

import subprocess

from helpers import clean_environment, copy_project, tool


def test_sql_is_linted(tmp_path):
    """sqlfluff finds nothing; it works on a copy, so that no warehouse is left behind."""
    lint = subprocess.run(
        [tool("sqlfluff"), "lint", "models", "tests/dbt", "--disable-progress-bar"],
        cwd=copy_project(tmp_path / "project"),
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout[-6000:]
