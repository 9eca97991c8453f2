"""A folder that readers always find whole: written aside, exchanged in one step, old ones kept.

    <release>/public, <release>/internal what readers open
    .<release>.staging/                  what a build is writing; of no use to anybody
    .<release>.ready/                    the same, written and on disk, about to be exchanged
    .<release>.previous/<published at>/  earlier releases, whole, the last few of them
    .<release>.lock                      held by whoever changes one of these

A release is known by the moment its internal manifest was written (UTC, to the millisecond). No
state is kept anywhere else: after a kill at any moment, `tidy` sees from the folders and these
moments what was being done, and finishes or undoes it.
"""

import ctypes
import errno
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from barometer.release.release_manifest import (
    INTERNAL,
    MANIFEST,
    PUBLIC,
    is_left_by_machine,
    is_release,
    refuse_damaged,
)
from barometer.system.whole_files import gone_without

PUBLISHED_AT = re.compile(r"\d{8}T\d{6}\.\d{3}Z")

# The account that builds writes, its group reads, nobody else: what is internal holds microdata.
FOLDER_MODE, FILE_MODE = 0o750, 0o640

# What is public is for everybody, and so is the way to it.
PUBLIC_FOLDER_MODE, PUBLIC_FILE_MODE = 0o755, 0o644

# Seconds that a second build waits for the first to publish, which takes some ten.
LOCK_PATIENCE = 600


def parse_keep_releases(value: object) -> int:
    """The variable keep_releases as a number.

    Raises:
        ValueError: it is not a whole number from 0.
    """
    if not re.fullmatch("[0-9]+", str(value)):
        raise ValueError(f"variable keep_releases: found {value}; expected a whole number from 0")
    return int(str(value))


@contextmanager
def staged(release_path: Path, keep: int) -> Iterator[Path]:
    """A new folder to write a release into, which takes the place of the old one at the end.

    Args:
        release_path: the folder to replace; a link is followed, and stays a link.
        keep: how many earlier releases stay.

    Raises:
        FileExistsError: `release_path` is something else than an earlier release.
        TimeoutError: another build did not stop publishing to `release_path`.
        OSError: a full disk, or no right to write.

    An error inside leaves the release as it was, and nothing beside it.
    """
    release_path = resolved(release_path)
    with locked(release_path):
        tidy(release_path, keep)
        refuse_foreign_folder(release_path)
        staging = staging_folder(release_path)
        staging.mkdir(mode=0o700)
        try:
            with faults_of_the_disk_named(release_path):
                yield staging
                set_modes(staging)
                make_younger(staging, release_path)
                make_durable(staging)
                staging.rename(ready_folder(release_path))
            replace(release_path, ready_folder(release_path))
        finally:
            tidy(release_path, keep)


@contextmanager
def faults_of_the_disk_named(release_path: Path) -> Iterator[None]:
    """Turn an error of writing into one sentence that says what became of the release."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.FatalException) as error:
        raise OSError(
            f"variable release_path: found that {release_path.parent} cannot be written to "
            f"({' '.join(str(error).split())}); expected room and permission; the release stays as it was"
        ) from None


def restore(release_path: Path, published_at: str | None, keep: int) -> str:
    """Exchange the release with an earlier one; returns a sentence that says so.

    Args:
        release_path: the folder to replace.
        published_at: one of `earlier_releases`; None for the last one before the release.
        keep: how many earlier releases stay, the one that is replaced among them.

    Raises:
        LookupError: no such earlier release; the sentence lists those that there are.
        ValueError: that release is not what was published.
        FileExistsError, TimeoutError: as `staged` does.
    """
    release_path = resolved(release_path)
    with locked(release_path):
        tidy(release_path, keep)
        refuse_foreign_folder(release_path)
        kept = earlier_releases(release_path)
        current = moment(release_path)
        older = [name for name in kept if current is None or name < current]
        wanted = published_at or max(older, default=None)
        if wanted not in kept:
            raise LookupError(
                f"argument moment: found {wanted or 'no release older than the present one'}; "
                f"expected one that {previous_folder(release_path)} holds: "
                f"{', '.join(kept) or 'there is none'}"
            )
        for part in (INTERNAL, PUBLIC):
            refuse_damaged(previous_folder(release_path) / wanted / part)
        replace(release_path, previous_folder(release_path) / wanted)
        tidy(release_path, max(keep, 1))
    return f"{release_path} is the release of {wanted}; the one it replaces is kept"


def earlier_releases(release_path: Path) -> list[str]:
    """When the kept releases were published, oldest first; none that a killed build began to remove."""
    previous = previous_folder(resolved(release_path))
    return [name for name in kept_folders(previous) if moment(previous / name)]


def kept_folders(previous: Path) -> list[str]:
    """Names of the folders of kept releases, sorted; what is left of one that was being removed too."""
    if not previous.exists():
        return []
    return sorted(entry.name for entry in previous.iterdir() if PUBLISHED_AT.fullmatch(entry.name))


def recover(release_path: Path, keep: int) -> None:
    """Finish or undo what a killed build left, if there is anything."""
    release_path = resolved(release_path)
    if any(
        folder(release_path).exists() for folder in (staging_folder, ready_folder, set_aside)
    ):
        with locked(release_path):
            tidy(release_path, keep)


def resolved(release_path: Path) -> Path:
    """The folder itself: a link is followed, so that not the link is replaced."""
    return Path(os.path.realpath(release_path))


def staging_folder(release_path: Path) -> Path:
    """Where a build writes; beside the release, so on the same file system."""
    return release_path.with_name(f".{release_path.name}.staging")


def ready_folder(release_path: Path) -> Path:
    """Where a written release waits for the exchange, and the old one is after it."""
    return release_path.with_name(f".{release_path.name}.ready")


def previous_folder(release_path: Path) -> Path:
    """Where the earlier releases are."""
    return release_path.with_name(f".{release_path.name}.previous")


def set_aside(release_path: Path) -> Path:
    """Where the old release waits between two renames."""
    return release_path.with_name(f".{release_path.name}.old")


def moment(folder: Path) -> str | None:
    """When a release was published, as text that sorts; None for a folder without a manifest."""
    try:
        milliseconds = manifest_of(folder).stat().st_mtime_ns // 1_000_000
    except OSError:
        return None
    at = datetime.fromtimestamp(milliseconds // 1000, tz=UTC)
    return f"{at:%Y%m%dT%H%M%S}.{milliseconds % 1000:03}Z"


def manifest_of(folder: Path) -> Path:
    """The file whose moment is that of a release."""
    return folder / INTERNAL / MANIFEST


def make_younger(folder: Path, than: Path) -> None:
    """See to it that a release is younger than the one it replaces, whatever the clock did."""
    if (moment(than) or "") >= (moment(folder) or ""):
        set_moment(folder, manifest_of(than).stat().st_mtime_ns + 1_000_000)


def set_moment(folder: Path, nanoseconds: int) -> None:
    """Change when a release was published, in nanoseconds since 1970."""
    os.utime(manifest_of(folder), ns=(nanoseconds, nanoseconds))


def refuse_foreign_folder(release_path: Path) -> None:
    """Raise FileExistsError where the folder is not one to replace with a release."""
    if release_path.is_mount():
        raise FileExistsError(
            f"variable release_path: found {release_path}, where a file system is mounted: nothing "
            f"takes its place; expected a folder in it, such as {release_path / 'release'}"
        )
    if release_path.exists() and not (
        is_release(release_path)
        or (
            release_path.is_dir()
            and all(is_left_by_machine(Path(path.name)) for path in release_path.iterdir())
        )
    ):
        raise FileExistsError(
            f"variable release_path: found {release_path}, which is not an earlier release; "
            "expected a folder that is one, is empty, or does not exist"
        )


@contextmanager
def locked(release_path: Path) -> Iterator[None]:
    """Hold the release for this process alone; wait for another one, and say so.

    The operating system lets go of the lock when its process ends, however it ends.

    Raises:
        TimeoutError: it was not to be had within LOCK_PATIENCE seconds.
    """
    with faults_of_the_disk_named(release_path):
        make_folders(release_path.parent)
        path = release_path.with_name(f".{release_path.name}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        if not take_lock(descriptor):
            holder = f"process {os.pread(descriptor, 20, 0).decode() or 'unknown'}"
            print(f"waiting: {holder} is changing {release_path}", flush=True)
            deadline = time.monotonic() + LOCK_PATIENCE
            while not take_lock(descriptor):
                if time.monotonic() > deadline:
                    raise TimeoutError(
                        f"variable release_path: found that {holder} has been changing "
                        f"{release_path} for {LOCK_PATIENCE} seconds; expected it to end"
                    )
                time.sleep(0.1)
        # For the message of who waits; a full disk is no reason to stop here.
        with suppress(OSError):
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, where they are missing, for everybody to pass through."""
    for path in reversed([folder, *folder.parents]):
        if not path.exists():
            path.mkdir(exist_ok=True)
            set_mode(path, PUBLIC_FOLDER_MODE)


def take_lock(descriptor: int) -> bool:
    """Try to take the lock of an open file; whether it is taken now, or cannot be."""
    try:
        with gone_without("lock a file, so that no two builds may publish at once", None):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def replace(release_path: Path, new: Path) -> None:
    """Put a folder in the place of the release, in one step of the file system.

    The old release is left at `new`, for `tidy` to keep. Readers that hold files of it open
    keep them. A file system that cannot exchange takes two renames, and for that instant
    there is no release.
    """
    if not release_path.exists():
        new.rename(release_path)
    elif not exchange(new, release_path):
        release_path.rename(set_aside(release_path))
        new.rename(release_path)
    synchronise(release_path.parent)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two paths atomically (Linux renameat2); False where that is not supported."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    current_directory, exchange_flag = -100, 2
    if renameat2(
        current_directory, os.fsencode(one), current_directory, os.fsencode(other), exchange_flag
    ):
        code = ctypes.get_errno()
        if code in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            return False
        raise OSError(code, os.strerror(code), str(one), None, str(other))
    return True


def tidy(release_path: Path, keep: int) -> None:
    """Bring everything beside the release in order, whatever moment a build was killed at.

    1) What a build had not written to its end goes.
    2) A release that two renames had set aside comes back, if nothing took its place.
    3) What was replaced, and not yet kept, is kept: the folder `ready` holds it if it is older
       than the release, and else what never was one; after `restore` it has another's name.
    4) Of the kept ones the last `keep` stay.
    """
    ready, aside = ready_folder(release_path), set_aside(release_path)
    previous = previous_folder(release_path)
    # Made before it is needed: after an exchange the disk may be full.
    previous.mkdir(exist_ok=True)
    set_mode(previous, FOLDER_MODE)
    if staging_folder(release_path).exists():
        remove(staging_folder(release_path))
    if aside.exists() and not release_path.exists():
        aside.rename(release_path)
    current = moment(release_path)
    if ready.exists():
        if current and (moment(ready) or current) < current:
            keep_earlier(ready, previous)
        else:
            remove(ready)
    if aside.exists():
        keep_earlier(aside, previous)
    for name in kept_folders(previous):
        if name != moment(previous / name):
            keep_earlier(previous / name, previous)
    kept = earlier_releases(release_path)
    for name in kept[: max(len(kept) - keep, 0)]:
        remove(previous / name)
    synchronise(previous)


def keep_earlier(folder: Path, previous: Path) -> None:
    """Move a replaced release to the kept ones; what has no manifest is no release, and goes."""
    if moment(folder) is None:
        remove(folder)
        return
    while (previous / moment(folder)).exists():
        set_moment(folder, manifest_of(folder).stat().st_mtime_ns + 1_000_000)
    folder.rename(previous / moment(folder))


def remove(folder: Path) -> None:
    """Remove a folder, the manifest first: half of one is never taken for a release."""
    manifest_of(folder).unlink(missing_ok=True)
    shutil.rmtree(folder)


def set_modes(folder: Path) -> None:
    """Set the modes of a release, whatever the umask; the folder itself last."""
    for part, folder_mode, file_mode in (
        (folder / INTERNAL, FOLDER_MODE, FILE_MODE),
        (folder / PUBLIC, PUBLIC_FOLDER_MODE, PUBLIC_FILE_MODE),
    ):
        for path in [part, *part.rglob("*")]:
            set_mode(path, folder_mode if path.is_dir() else file_mode)
    set_mode(folder, PUBLIC_FOLDER_MODE)


def set_mode(path: Path, mode: int) -> None:
    """Set who may read; on a network share that is what the share says."""
    with gone_without("set who may read a file", path):
        path.chmod(mode)


def make_durable(folder: Path) -> None:
    """Flush the files and folders to disk, so that a release in place survives a crash."""
    for path in [*folder.rglob("*"), folder]:
        synchronise(path)


def synchronise(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    with gone_without("flush a folder to disk" if path.is_dir() else "flush a file to disk", path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
