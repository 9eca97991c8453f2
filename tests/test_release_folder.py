"""The folder of the release: replaced in one step, kept, put back, and whole after any kill."""

import errno
import fcntl
import hashlib
import itertools
import json
import os
import re
import shutil
import signal
import stat
import sys
import threading
from pathlib import Path

import pytest

from barometer.release import release_folder
from barometer.release.release_folder import (
    earlier_releases,
    exchange,
    locked,
    parse_keep_releases,
    previous_folder,
    ready_folder,
    recover,
    refuse_foreign_folder,
    restore,
    set_aside,
    staged,
    staging_folder,
)
from barometer.release.release_manifest import TITLE, is_left_by_machine
from barometer.system.whole_files import say_refusal
from helpers import assert_manifest_holds

KEPT = 5


def publish(release, text, keep=KEPT):
    """Publish a release of two parts, of three files each that say `text`."""
    with staged(release, keep) as staging:
        for part in ("public", "internal"):
            (staging / part / "parquet").mkdir(parents=True)
            for name in ("one", "parquet/two"):
                (staging / part / name).write_text(f"{text} {name}")
            files = [
                {"file": name, "sha256": hashlib.sha256(f"{text} {name}".encode()).hexdigest()}
                for name in ("one", "parquet/two")
            ]
            (staging / part / "manifest.json").write_text(
                json.dumps({"title": TITLE, "duckdb_storage_version": "v", "files": files})
            )


def text_of(folder):
    """What a whole release says; an error for one that is not whole."""
    assert_manifest_holds(folder)
    return (folder / "internal" / "one").read_text().split()[0]


def kept_texts(release):
    """What the earlier releases say, oldest first."""
    return [text_of(previous_folder(release) / name) for name in earlier_releases(release)]


def beside(release):
    """Names beside the release."""
    return {path.name for path in release.parent.iterdir()}


ORDER = {"release", ".release.lock", ".release.previous"}


@pytest.fixture
def release(tmp_path):
    """Where the release goes."""
    return tmp_path / "out" / "release"


@pytest.fixture
def published(release):
    """Three releases, one after another."""
    for text in ("a", "b", "c"):
        publish(release, text)
    return release


def test_replaced_releases_are_kept(published):
    """The release is the last one, the others are kept in order, and nothing else is there."""
    assert text_of(published) == "c"
    assert kept_texts(published) == ["a", "b"]
    assert beside(published) == ORDER


@pytest.mark.parametrize("keep", [0, 1, 3])
def test_only_the_last_ones_are_kept(release, keep):
    """As many as the variable says."""
    for text in "abcdef":
        publish(release, text, keep)
    assert text_of(release) == "f"
    assert kept_texts(release) == list("abcde")[5 - keep :]


@pytest.mark.parametrize("value", ["-1", -1, "three", "", 1.5, None])
def test_a_number_to_keep_is_asked_for(value):
    """Anything else than a whole number is refused in words."""
    assert parse_keep_releases(0) == parse_keep_releases("0") == 0
    with pytest.raises(ValueError, match=f"variable keep_releases: found {value}; expected"):
        parse_keep_releases(value)


def test_restoring_goes_one_back_each_time(published):
    """Without an argument the one before the present one; what is replaced is kept."""
    restore(published, None, KEPT)
    assert (text_of(published), kept_texts(published)) == ("b", ["a", "c"])
    restore(published, None, KEPT)
    assert (text_of(published), kept_texts(published)) == ("a", ["b", "c"])
    with pytest.raises(LookupError, match="found no release older than the present one"):
        restore(published, None, KEPT)
    assert (text_of(published), kept_texts(published)) == ("a", ["b", "c"])
    assert beside(published) == ORDER


def test_restoring_one_by_its_name(published):
    """Any kept one, forward too."""
    restore(published, earlier_releases(published)[0], KEPT)
    assert (text_of(published), kept_texts(published)) == ("a", ["b", "c"])
    restore(published, earlier_releases(published)[1], KEPT)
    assert (text_of(published), kept_texts(published)) == ("c", ["a", "b"])


@pytest.mark.parametrize("name", ["yesterday", "..", "../release"])
def test_restoring_what_is_not_there(published, name):
    """The sentence lists what there is, and nothing changes."""
    names = ", ".join(earlier_releases(published))
    with pytest.raises(LookupError, match=f"found {re.escape(name)}; expected .*{names}"):
        restore(published, name, KEPT)
    assert (text_of(published), kept_texts(published)) == ("c", ["a", "b"])


LEFT = (".DS_Store", ".~lock.ai_barometer.xlsx#", "~$ai_barometer.xlsx", "Thumbs.db", "desktop.ini", "._one",
        ".nfs000000000012ab", "@eaDir/one", ".directory", ".one.swp", "one~", ".Rhistory", ".ipynb_checkpoints/one", ".dropbox", ".dropbox.attr", ".vscode/one")


@pytest.mark.parametrize("name", LEFT)
def test_what_machines_leave_damages_nothing(published, name):
    """Looking into a kept release leaves files there; a file of another name is another matter."""
    kept = previous_folder(published) / earlier_releases(published)[0]
    for folder in (kept, kept / "internal" / "parquet"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("left")
    restore(published, kept.name, KEPT)
    assert (published / "public" / "one").read_text().split()[0] == "a"
    assert not is_left_by_machine(Path("parquet/one.parquet")) and not is_left_by_machine(Path("DS_Store"))


def test_a_folder_somebody_looked_into_is_empty(release):
    """What a file manager left there is nobody's work."""
    release.mkdir(parents=True)
    (release / ".DS_Store").write_text("left")
    publish(release, "a")
    assert text_of(release) == "a"


REFUSED = {
    "fsync": (os, "fsync", errno.EACCES, "flush a folder to disk"),
    "fsync of files": (os, "fsync", errno.EINVAL, "flush a file to disk"),
    "chmod": (Path, "chmod", errno.EPERM, "set who may read a file"),
    "flock": (fcntl, "flock", errno.ENOLCK, "lock a file"),
}


@pytest.mark.parametrize("operation", REFUSED)
def test_what_a_file_system_cannot_do_is_gone_without(release, monkeypatch, capsys, operation):
    """It is said once, and the release is published all the same."""
    owner, name, code, words = REFUSED[operation]

    def refuse(*_arguments, **_options):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(owner, name, refuse)
    say_refusal.cache_clear()
    for text in "ab":
        publish(release, text)
    assert (text_of(release), kept_texts(release)) == ("b", ["a"])
    said = [line for line in capsys.readouterr().out.splitlines() if f"refuses to {words}" in line]
    assert said and len(said) == len(set(said))
    assert all(os.strerror(code) in line and line.endswith("; goes on without") for line in said)


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_what_went_wrong_is_no_refusal(release, monkeypatch, code):
    """A disk that is full or broken is an error, and the release is as it was."""
    publish(release, "a")

    def fail(_descriptor):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=os.strerror(code)):
        publish(release, "b")
    monkeypatch.undo()
    assert text_of(release) == "a"


@pytest.mark.parametrize("part", ["internal", "public"])
@pytest.mark.parametrize("damage", ["changed", "missing", "added"])
def test_a_damaged_release_is_not_restored(published, damage, part):
    """A kept release that is not what was published stays where it is."""
    kept = previous_folder(published) / earlier_releases(published)[0]
    if damage == "missing":
        (kept / part / "one").unlink()
    else:
        (kept / part / ("one" if damage == "changed" else "another")).write_text("changed")
    with pytest.raises(ValueError, match="found that it is not what was published"):
        restore(published, earlier_releases(published)[0], KEPT)
    assert text_of(published) == "c"


def test_restoring_where_the_release_is_gone(published):
    """Somebody removed the release: the last kept one comes in its place."""
    shutil.rmtree(published)
    restore(published, None, KEPT)
    assert (text_of(published), kept_texts(published)) == ("b", ["a"])


def test_restoring_never_replaces_a_foreign_folder(published):
    """What is no release is not exchanged for one."""
    shutil.rmtree(published)
    published.mkdir()
    (published / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="not an earlier release"):
        restore(published, None, KEPT)
    assert (published / "thesis.txt").read_text() == "years of work"


def test_a_manifest_alone_is_no_release(tmp_path):
    """A folder with somebody else's manifest.json is refused."""
    (tmp_path / "manifest.json").write_text('{"nodes": {}}', encoding="utf-8")
    with pytest.raises(FileExistsError, match="release_path"):
        refuse_foreign_folder(tmp_path)


def test_a_mount_is_refused():
    """Nothing can be exchanged with the root of a file system."""
    with pytest.raises(FileExistsError, match="release_path: .* mounted: .*expected a folder in"):
        refuse_foreign_folder(Path("/"))


def test_a_release_is_younger_than_the_one_it_replaces(release):
    """Also where the clock of the machine went back in between."""
    publish(release, "a")
    ahead = 10**9 * 4_000_000_000
    os.utime(release / "internal" / "manifest.json", ns=(ahead, ahead))
    publish(release, "b")
    publish(release, "c")
    assert (text_of(release), kept_texts(release)) == ("c", ["a", "b"])


def test_two_releases_of_one_moment_are_both_kept(published):
    """Copies of folders may agree in time."""
    kept = previous_folder(published)
    shutil.copytree(kept / earlier_releases(published)[0], ready_folder(published))
    recover(published, KEPT)
    assert kept_texts(published) == ["a", "a", "b"]
    assert beside(published) == ORDER


def test_what_was_not_written_to_its_end_is_never_kept(published):
    """Whatever it looks like: here it has a manifest already, older than the release."""
    old = previous_folder(published) / earlier_releases(published)[0]
    shutil.copytree(old, staging_folder(published))
    (staging_folder(published) / "internal" / "one").unlink()
    recover(published, KEPT)
    assert (text_of(published), kept_texts(published)) == ("c", ["a", "b"])
    assert beside(published) == ORDER


def test_a_release_is_on_disk_before_it_takes_its_place(release, monkeypatch):
    """Every file and folder is flushed before the first rename, and the names after the last."""
    flushed, renamed = set(), []
    fsync, rename = os.fsync, Path.rename

    def record(descriptor):
        flushed.add(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        fsync(descriptor)

    def check(path, target):
        if path == staging_folder(release):
            renamed.append(len(list(path.rglob("*"))))
            assert {path, *path.rglob("*")} <= flushed
            flushed.clear()
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", record)
    monkeypatch.setattr(Path, "rename", check)
    publish(release, "a")
    assert renamed == [10]
    assert release.parent in flushed


# --- kills -----------------------------------------------------------------------------


def kill_at(step, action):
    """Run an action in a child that is killed, SIGKILL, before its `step`-th file operation.

    Returns whether it was; False where the action ended before. Every operation on files of
    Python is an event of its audit hooks, so that no moment between two of them is left out.
    """
    child = os.fork()
    if child == 0:
        counter = itertools.count(1)

        def hook(event, _):
            if event == "open" or event.startswith(("os.", "shutil.", "fcntl.", "ctypes.")):
                if next(counter) == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(hook)
            action()
        except BaseException as error:  # noqa: BLE001
            os.write(2, repr(error).encode())
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def copies_after_kills(published, action):
    """A copy of the folders of a release for each moment at which `action` was killed."""
    for step in itertools.count(1):
        copy = published.parents[1] / f"killed {step}"
        shutil.copytree(published.parent, copy)
        if not kill_at(step, lambda copy=copy: action(copy / published.name)):
            assert step > 20
            return
        yield copy / published.name


@pytest.mark.slow
def test_publishing_is_whole_after_a_kill_at_any_moment(published):
    """Old or new; none of the kept ones is lost, and the next build leaves no trace of it."""
    seen = set()
    for release in copies_after_kills(published, lambda release: publish(release, "d")):
        found = text_of(release)
        seen.add(found)
        publish(release, "e")
        assert text_of(release) == "e"
        assert kept_texts(release) == ["a", "b", "c"] + (["d"] if found == "d" else [])
        assert beside(release) == ORDER
    assert seen == {"c", "d"}


def test_restoring_is_whole_after_a_kill_at_any_moment(published):
    """Old or new; none of the kept ones is lost, nor is there one more."""
    wanted = earlier_releases(published)[0]
    seen = set()
    for release in copies_after_kills(published, lambda release: restore(release, wanted, KEPT)):
        found = text_of(release)
        seen.add(found)
        publish(release, "e")
        assert (text_of(release), kept_texts(release)) == ("e", ["a", "b", "c"])
        assert beside(release) == ORDER
    assert seen == {"a", "c"}


@pytest.mark.slow
def test_pruning_is_whole_after_a_kill_at_any_moment(published):
    """A kept release that is being removed is never taken for a whole one."""
    for release in copies_after_kills(published, lambda release: publish(release, "d", 1)):
        assert text_of(release) in ("c", "d")
        recover(release, 1)
        for name in earlier_releases(release):
            text_of(previous_folder(release) / name)
        found = text_of(release)
        publish(release, "e", 1)
        assert (text_of(release), kept_texts(release)) == ("e", [found])
        assert beside(release) == ORDER


@pytest.mark.slow
@pytest.mark.parametrize(
    "action",
    [
        lambda release: publish(release, "d"),
        lambda release: restore(release, earlier_releases(release)[0], KEPT),
    ],
    ids=["publishing", "restoring"],
)
def test_kills_where_folders_cannot_be_exchanged(published, monkeypatch, action):
    """With two renames the release may be gone for an instant; then the next run brings it back."""
    monkeypatch.setattr(release_folder, "exchange", lambda one, other: False)
    absences = 0
    for release in copies_after_kills(published, action):
        if not release.exists():
            absences += 1
            recover(release, KEPT)
            assert text_of(release) == "c"
        found = text_of(release)
        publish(release, "e")
        assert text_of(release) == "e"
        assert kept_texts(release) == ["a", "b", "c"] + (["d"] if found == "d" else [])
        assert beside(release) == ORDER
    assert absences


# --- two at once -----------------------------------------------------------------------


def test_the_second_waits_and_says_so(published, capsys):
    """While another process holds the release; then it publishes."""
    with locked(published):
        second = threading.Thread(target=publish, args=(published, "d"))
        second.start()
        second.join(0.5)
        assert second.is_alive()
        assert text_of(published) == "c"
    second.join()
    assert text_of(published) == "d"
    assert f"waiting: process {os.getpid()} is changing {published}" in capsys.readouterr().out


def test_waiting_ends(published, monkeypatch):
    """With a sentence, where the other one never lets go."""
    monkeypatch.setattr(release_folder, "LOCK_PATIENCE", 0.2)
    with locked(published), pytest.raises(TimeoutError, match=f"process {os.getpid()} has been"):
        publish(published, "d")
    assert text_of(published) == "c"


def test_many_at_once_leave_one_whole_release(published):
    """Eight processes publish at the same time; each waits its turn."""
    children = []
    for text in "defghijk":
        child = os.fork()
        if child == 0:
            try:
                publish(published, text, 20)
            finally:
                os._exit(text_of(published) not in "defghijk")
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 8
    everything = [*kept_texts(published), text_of(published)]
    assert everything[:3] == ["a", "b", "c"] and sorted(everything) == list("abcdefghijk")
    assert beside(published) == ORDER


def test_a_killed_process_lets_go(published):
    """Its lock is no trouble to the next one."""
    child = os.fork()
    if child == 0:
        with locked(published):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with (published.parent / ".release.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


# --- file modes, other file systems, other folders ---------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes(release, umask):
    """The group reads what is internal, others do not, whatever the umask; everybody reads what is
    public. The kept ones are for the group alone."""
    before = os.umask(umask)
    try:
        publish(release, "a")
        publish(release, "b")
    finally:
        os.umask(before)

    def mode(path):
        return stat.S_IMODE(path.stat().st_mode)

    (kept,) = previous_folder(release).iterdir()
    for folder in (release, kept):
        assert mode(folder) == mode(release.parent) == 0o755
        for part, modes in (("internal", (0o750, 0o640)), ("public", (0o755, 0o644))):
            for path in [folder / part, *(folder / part).rglob("*")]:
                assert mode(path) == modes[not path.is_dir()], path
    assert mode(previous_folder(release)) == 0o750


def test_half_a_release_is_nobody_elses(release):
    """What is being written is for the account that writes it alone."""
    with staged(release, KEPT) as staging:
        assert stat.S_IMODE(staging.stat().st_mode) == 0o700
        (staging / "internal").mkdir()
        (staging / "public").mkdir()
        (staging / "internal" / "manifest.json").write_text("{}")


@pytest.fixture
def elsewhere(tmp_path):
    """A folder of another file system than the temporary one."""
    folder = Path("/dev/shm") / f"release_folder_{os.getpid()}"
    if not folder.parent.is_dir() or folder.parent.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("/dev/shm is no other file system here")
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("is_linked", [False, True])
def test_another_file_system(elsewhere, tmp_path, is_linked):
    """By its own path or by a link, the release is staged where it will be."""
    release = elsewhere / "release"
    if is_linked:
        (tmp_path / "release").symlink_to(release)
    for text in ("a", "b", "c"):
        publish(tmp_path / "release" if is_linked else release, text)
    restore(tmp_path / "release" if is_linked else release, None, KEPT)
    assert (text_of(release), kept_texts(release)) == ("b", ["a", "c"])
    assert beside(release) == ORDER


def test_a_parent_that_is_a_file(tmp_path):
    """The sentence names the variable."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="variable release_path: found that .* cannot be written to"):
        publish(tmp_path / "file" / "release", "a")


def test_an_error_leaves_nothing_behind(published):
    """Whatever goes wrong while a release is written."""
    with pytest.raises(ZeroDivisionError), staged(published, KEPT) as staging:
        (staging / "public").mkdir()
        raise ZeroDivisionError
    assert (text_of(published), kept_texts(published)) == ("c", ["a", "b"])
    assert beside(published) == ORDER


def test_an_interrupted_swap_is_undone(published):
    """A release that two renames had set aside comes back."""
    published.rename(set_aside(published))
    staging_folder(published).mkdir()
    recover(published, KEPT)
    assert (text_of(published), kept_texts(published)) == ("c", ["a", "b"])
    assert beside(published) == ORDER


def test_exchange_is_atomic(tmp_path):
    """A reader that opens the manifest again and again finds one at every moment."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "manifest.json").write_text(folder.name)
    if not exchange(one, other):
        pytest.skip("this file system cannot exchange two folders")
    stop, reading = threading.Event(), threading.Event()
    seen, failures = set(), []

    def read():
        while not stop.is_set():
            try:
                seen.add((one / "manifest.json").read_text())
            except OSError as error:
                failures.append(error)
            reading.set()

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(50):
        reading.clear()
        assert exchange(one, other)
        reading.wait()
    stop.set()
    reader.join()
    assert failures == []
    assert seen == {"one", "other"}


def test_exchange_of_a_missing_folder_is_an_error(tmp_path):
    """Another failure than a lack of support is not hidden."""
    (tmp_path / "one").mkdir()
    try:
        supported = exchange(tmp_path / "one", Path(tmp_path / "missing"))
    except FileNotFoundError:
        return
    assert not supported
