"""The SQL follows the style of .sqlfluff."""

import subprocess

from helpers import clean_environment, tool


def test_sql_is_linted(project_copy):
    """sqlfluff finds nothing, in any file.

    It works where the seeds are built: models that read them while dbt compiles would be
    skipped.
    """
    lint = subprocess.run(
        [tool("sqlfluff"), "lint", "models", "tests/dbt", "--disable-progress-bar"],
        cwd=project_copy,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout[-6000:]
    assert "fatal exception" not in lint.stdout, lint.stdout[-6000:]
