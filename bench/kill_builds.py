"""Kills builds at random moments: `python bench/kill_builds.py --kills 50 --swaps 200`.

In a copy of the project, `dbt build` is killed (SIGKILL to all its processes) after a random
part of the time that a build takes, and the release is looked at: every file as the manifest
says, the database opened and its rows counted, and all of it of one build, the last one that
ended or the one that was killed. Then the next build starts on what the killed one left. Each
build notes its number in the data, so that it can be recognized.

A build publishes in a small part of its time. `--swaps` kills that part alone, as often as is
said: the written files are staged and exchanged without the build before it.

Exit code 0 if the release was whole every time.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from helpers import copy_project  # noqa: E402

from barometer.release.release_folder import (  # noqa: E402
    earlier_releases,
    previous_folder,
    recover,
    staged,
)
from barometer.release.release_manifest import digests, is_release, listed  # noqa: E402

KEPT = 3


def main() -> int:
    """Build once, kill the others, print what was found; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50, help="builds to kill")
    parser.add_argument("--swaps", type=int, default=200, help="publications to kill")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument(
        "--release", type=Path, help="a release to publish again and again, instead of building one"
    )
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as temporary:
        release = arguments.release
        if release is None:
            folder = Path(temporary) / "project"
            copy_project(folder)
            kill_builds(folder, arguments.kills, moments)
            release = folder / "release"
        kill_swaps(Path(temporary), release, arguments.swaps, moments)
    return 0


def kill_builds(folder: Path, kills: int, moments: random.Random) -> None:
    """Kill builds at moments spread over the time of a whole one, then let one end."""
    release = folder / "release"
    note(folder, 0)
    finish(start_build(folder))
    # Timed the second time: the first one draws the pictures, which are then kept.
    seconds = timed(lambda: finish(start_build(folder)))
    assert number_of(release) == 0
    print(f"a build takes {seconds:.0f} s", flush=True)
    current, number, killed = 0, 0, 0
    with Reader(release) as reader:
        while killed < kills:
            number += 1
            note(folder, number)
            delay = moments.uniform(0, seconds)
            build = start_build(folder)
            was_killed = kill_after(build, delay)
            killed += was_killed
            found = number_of(release)
            assert found in (current, number), f"found build {found}; expected {current} or {number}"
            current = found
            print(
                f"build {number}: {'killed' if was_killed else 'ended before'} after {delay:.1f} s, "
                f"release of build {found} whole", flush=True,
            )
        note(folder, number + 1)
        finish(start_build(folder))
        assert number_of(release) == number + 1
    assert_in_order(release)
    print(
        f"{killed} of {number} builds killed, the release whole after each; a reader opened "
        f"it {reader.reads} times meanwhile, and found it whole each time", flush=True,
    )


def kill_swaps(temporary: Path, source: Path, swaps: int, moments: random.Random) -> None:
    """Kill publications of written files: staged, made durable, exchanged, tidied up."""
    release = temporary / "swapped" / "release"
    seconds = min(timed(lambda: publish_copy(source, release, 0)) for _ in range(3))
    current, counts = 0, {"old": 0, "new": 0, "ended": 0}
    for number in range(1, swaps + 1):
        child = os.fork()
        if child == 0:
            publish_copy(source, release, number)
            os._exit(0)
        # The exchange is near the end; how long a child takes differs.
        time.sleep(moments.uniform(0.5, 1.3) * seconds)
        os.kill(child, signal.SIGKILL)
        was_killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        found = number_of(release)
        assert found in (current, number), f"found {found}; expected {current} or {number}"
        counts["ended" if not was_killed else "new" if found == number else "old"] += 1
        current = found
    recover(release, KEPT)
    assert_in_order(release)
    print(
        f"{swaps} publications: {counts['old']} killed before the exchange, {counts['new']} after "
        f"it, {counts['ended']} ended before; the release whole after each", flush=True,
    )


def publish_copy(source: Path, release: Path, number: int) -> None:
    """Publish the files of a release again, as those of another build."""
    with staged(release, KEPT) as staging:
        shutil.copytree(source, staging, dirs_exist_ok=True)
        with duckdb.connect(str(staging / "internal" / "ai_barometer.duckdb")) as session:
            session.execute("update marts.dim_editions set note = $1", [str(number)])
        manifest = json.loads((staging / "internal" / "manifest.json").read_text(encoding="utf-8"))
        for edition in manifest["editions"]:
            edition["note"] = str(number)
        found = digests(staging / "internal")
        for entry in manifest["files"]:
            entry["sha256"] = found[entry["file"]]
        (staging / "internal" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def note(folder: Path, number: int) -> None:
    """Write the number of a build where every release shows it: the notes of the editions."""
    path = folder / "seeds" / "reference" / "editions.csv"
    with duckdb.connect() as session:
        session.execute(
            "copy (select * replace ($1 as note) from read_csv($2, all_varchar = true)) "
            "to '" + str(path).replace("'", "''") + ".new' (header, delimiter ',')",
            [str(number), str(path)],
        )
    path.with_name(f"{path.name}.new").replace(path)


def number_of(release: Path) -> int:
    """The build that a release is of, after a look at all of it: files, rows and numbers agree."""
    manifest = json.loads((release / "internal" / "manifest.json").read_text(encoding="utf-8"))
    assert is_release(release)
    for part in (release / "internal", release / "public"):
        assert digests(part) == listed(part)
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as session:
        notes = {note for (note,) in session.sql("select note from marts.dim_editions").fetchall()}
        for mart, count in manifest["row_counts"].items():
            assert session.sql(f"select count(*) from marts.{mart}").fetchone() == (count,)
    notes |= {edition["note"] for edition in manifest["editions"]}
    (number,) = notes
    return int(number)


def assert_in_order(release: Path) -> None:
    """Nothing is left beside the release but the lock and whole earlier releases."""
    names = {path.name for path in release.parent.glob(f".{release.name}.*")}
    assert names == {f".{release.name}.lock", f".{release.name}.previous"}, names
    kept = [number_of(previous_folder(release) / name) for name in earlier_releases(release)]
    assert kept == sorted(kept) and len(kept) <= KEPT, kept
    assert not kept or kept[-1] <= number_of(release)


class Reader:
    """Opens the database of a release over and over, and counts how often."""

    def __init__(self, release: Path):
        self.database, self.reads, self.error = release / "internal" / "ai_barometer.duckdb", 0, None
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.read)

    def read(self) -> None:
        """Read until stopped, or until a read fails."""
        query = "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True); " \
            "(n,), = c.sql('select count(*) from marts.fct_answers').fetchall(); sys.exit(n == 0)"
        while not self.stop.wait(1):
            # A process of its own, as a BI tool is one: a process sees what it opened first.
            result = subprocess.run(
                [sys.executable, "-c", query, str(self.database)],
                capture_output=True, text=True, check=False,
            )
            if result.returncode:
                self.error = result.stderr
                return
            self.reads += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        assert self.error is None, self.error


def start_build(folder: Path) -> subprocess.Popen:
    """Start `dbt build` as a group of processes of its own."""
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "dbt"), "--quiet", "build"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def finish(build: subprocess.Popen) -> None:
    """Wait for a build that has to pass."""
    assert build.wait() == 0, "the build failed"


def kill_after(build: subprocess.Popen, delay: float) -> bool:
    """Kill a build after so many seconds; False where it had ended before."""
    try:
        assert build.wait(delay) == 0, "the build failed"
        return False
    except subprocess.TimeoutExpired:
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        return True


def timed(action) -> float:
    """Seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
