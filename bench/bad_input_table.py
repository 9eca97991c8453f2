"""What a user reads for each kind of bad input: `python bench/bad_input_table.py` prints a table.

The kinds are those of tests/bad_input.py, each group found by one `dbt build` in a copy of the
project with its release. Run `make build` first.
"""

import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from bad_input import GROUPS, spoilt_build, table_rows  # noqa: E402
from helpers import folder_digests  # noqa: E402


def main() -> None:
    """Print the table."""
    print("| kind of bad input | what the user reads | the release, byte for byte |")
    print("| --- | --- | --- |")
    before = folder_digests(PROJECT / "release")
    for group in GROUPS:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "project"
            _, expected, build = spoilt_build(group, PROJECT, folder)
            state = "as it was" if folder_digests(folder / "release") == before else "CHANGED"
            print("\n".join(table_rows(expected, build.stdout, state)), flush=True)


if __name__ == "__main__":
    main()
