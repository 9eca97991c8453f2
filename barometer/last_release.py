"""The release that a build stands on: the one that it is going to replace."""

import os
from pathlib import Path

from barometer.manifest import is_release
from barometer.release_folder import set_aside


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


def changes_unseen_since(release_path: str, raw_files: list[str]) -> list[str]:
    """`changes_unseen` since the last release; none before the first.

    Args:
        release_path: the variable `release_path`.
        raw_files: `<edition>:<path>` of each raw file that the warehouse was made of.
    """
    from barometer.release_state import changes_unseen

    folder = last_release(release_path)
    if folder is None:
        return []
    pairs = (raw_file.split(":", 1) for raw_file in raw_files)
    return changes_unseen(Path(folder) / "state", [(int(edition), path) for edition, path in pairs])
