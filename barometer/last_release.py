"""The release that a build stands on: the one that it is going to replace."""

import os
from pathlib import Path

import duckdb

from barometer.manifest import is_release
from barometer.release_folder import set_aside
from barometer.release_state import changes_unseen, staged_files


def last_release(release_path: str) -> str | None:
    """The folder that holds the last release; None before the first.

    Args:
        release_path: the variable `release_path`. A link is followed. Where a killed build
            left the release set aside, that is the folder.
    """
    folder = Path(os.path.realpath(release_path))
    for candidate in (folder, set_aside(folder)):
        if is_release(candidate):
            return str(candidate) if os.path.isabs(release_path) else os.path.relpath(candidate)
    return None


def unseen_changes(session: duckdb.DuckDBPyConnection, release_path: Path) -> list[str]:
    """`changes_unseen` since the last release; none before the first.

    Args:
        session: connection to the warehouse, which knows the raw files that it was made of.
        release_path: the variable `release_path`.
    """
    folder = last_release(str(release_path))
    return changes_unseen(Path(folder) / "state", staged_files(session)) if folder else []
