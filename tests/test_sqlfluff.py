"""The SQL follows the style of .sqlfluff."""

import subprocess
import sys

from helpers import clean_environment

# The command `sqlfluff`, which spends a third of its time in looking for memory to free: the
# trees that it holds are small.
SQLFLUFF = "import gc; gc.disable(); from sqlfluff.cli.commands import cli; cli()"


def test_sql_is_linted(project_copy):
    """sqlfluff finds nothing, in any file.

    It works where the seeds are built: models that read them while dbt compiles would be
    skipped.
    """
    lint = subprocess.run(
        [sys.executable, "-c", SQLFLUFF, "lint", "models", "tests/dbt", "--disable-progress-bar"],
        cwd=project_copy,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout[-6000:]
    assert "fatal exception" not in lint.stdout, lint.stdout[-6000:]
