"""Files that are whole or not there, whenever their writer ends, and in no other folder than theirs."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

# How file systems, network shares above all, say that they do not do what was asked of them.
REFUSALS = {
    errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTTY,
    errno.EBADF, errno.ENOLCK,
}


@contextmanager
def gone_without(operation: str, path: Path | None) -> Iterator[None]:
    """Say once what a file system refuses, and go on without it; any other error is one.

    Args:
        operation: what is refused, as it follows `to`.
        path: where; None where that is said by the operation.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        say_refusal(operation, str(path.parent if path else "file system"), error.strerror)


@lru_cache
def say_refusal(operation: str, place: str, reason: str) -> None:
    """Print a sentence, the first time."""
    print(f"{place}: found that the file system refuses to {operation} ({reason}); goes on without", flush=True)


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
