"""Files that are whole or not there, whenever their writer ends, and in no other folder than theirs."""

import os
from pathlib import Path


def place(folder: Path, name: str) -> Path:
    """The path of a file in a folder, by a name that a seed or a mart may have.

    Raises:
        ValueError: the name would lead out of the folder, or into another one.
    """
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise ValueError(
            f"folder {folder.name}: found {name!r} as the name of a file to write; expected a name "
            "that leads to no other folder; the release stays as it was"
        )
    return folder / name


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, then move it there in one step."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
