"""Files that are whole or not there, whenever their writer ends, and in no other folder than theirs."""

import hashlib
import os
import shutil
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


def write_kept(path: Path, content: bytes) -> None:
    """Write what only saves work the next time, after a line with its SHA-256.

    Raises:
        OSError: a full disk, or no right to write.
    """
    if path.is_dir():
        shutil.rmtree(path)
    write_whole(path, f"{hashlib.sha256(content).hexdigest()}\n".encode() + content)


def read_kept(path: Path) -> bytes | None:
    """What `write_kept` wrote; None where there is nothing, or something else: it is made anew."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if digest == hashlib.sha256(content).hexdigest().encode() else None
