"""The release that a build rests on: the one that it is going to replace."""

import os
from pathlib import Path

import duckdb

from barometer.release.release_folder import set_aside
from barometer.release.release_manifest import INTERNAL, is_release, refuse_damaged
from barometer.release.release_state import changes_unseen, is_other_key, staged_files

# Folders of the internal part that a build reads: what it keeps and compares, and goes on from.
READ = ("parquet", "state")


def last_release(release_path: str) -> str | None:
    """The internal part of the last release, which a build goes on from; None before the first.

    Args:
        release_path: the variable `release_path`. A link is followed. Where a killed build
            left the release set aside, it is in that folder.
    """
    folder = Path(os.path.realpath(release_path))
    for candidate in (folder, set_aside(folder)):
        if is_release(candidate):
            part = candidate / INTERNAL
            return str(part) if os.path.isabs(release_path) else os.path.relpath(part)
    return None


def release_fault(release_path: str) -> str | None:
    """Why no build can go on from the last release, as a sentence; None where one can.

    What a build reads of it has to be what was published: it would keep the rows of a changed file
    in the next release, under a manifest that is right, or compare with them.

    Args:
        release_path: as `last_release` has it.
    """
    folder = last_release(release_path)
    if folder is None:
        return None
    try:
        refuse_damaged(Path(folder), *READ)
    except (OSError, ValueError) as fault:
        return (
            f"{fault}; put a kept release back with `barometer restore`, or move {release_path} away "
            "and build all editions"
        )
    return None


def other_key_than(release_path: str, edition_status: str) -> str | None:
    """The last release, where it was made with another key of the pseudonyms than an edition of this
    status would be; None where it was not.

    Args:
        release_path: as `last_release` has it.
    """
    folder = last_release(release_path)
    if folder and is_other_key(edition_status, Path(folder) / "state"):
        return str(Path(folder).parent)
    return None


def unseen_changes(session: duckdb.DuckDBPyConnection, release_path: Path) -> list[str]:
    """`changes_unseen` since the last release; none before the first.

    Args:
        session: connection to the warehouse, which knows the raw files that it was made of.
        release_path: the variable `release_path`.
    """
    folder = last_release(str(release_path))
    return changes_unseen(Path(folder) / "state", staged_files(session)) if folder else []
