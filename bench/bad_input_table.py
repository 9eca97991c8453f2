"""What a user reads for each kind of bad input: `python bench/bad_input_table.py` prints a table.

The kinds are those of tests/bad_input.py, each group found by one `dbt build` in a copy of the
project with its release. Run `make build` first.
"""

import shutil
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from bad_input import GROUPS, Project, told  # noqa: E402
from helpers import copy_project, folder_digests, run_dbt  # noqa: E402


def rows(group: str, folder: Path) -> list[tuple[str, str, str]]:
    """Kind, message and state of the release, for each kind of a group."""
    kinds, is_outside = GROUPS[group]
    project = Project(copy_project(folder))
    shutil.copytree(PROJECT / "release", folder / "release")
    before = folder_digests(folder / "release")
    expected = {kind: spoil(project) for kind, spoil in kinds.items()}
    output = run_dbt(folder, "build", *(["--vars", "{raw_path: raw}"] if is_outside else [])).stdout
    state = "as it was" if folder_digests(folder / "release") == before else "CHANGED"
    (folder / "output.txt").write_text(output, encoding="utf-8")
    return [(kind, told(output, parts) or f"NOT TOLD: {parts}", state) for kind, parts in expected.items()]


def main() -> None:
    """Print the table."""
    print("| kind of bad input | what the user reads | the release, byte for byte |")
    print("| --- | --- | --- |")
    keep = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for group in GROUPS:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (keep or Path(temporary)) / group
            for row in rows(group, folder):
                print("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |", flush=True)


if __name__ == "__main__":
    main()
