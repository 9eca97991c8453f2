"""Builds a release on DuckDB and one on the Spark Connect server, and compares every mart, value by value.

The environment says where the server is, BAROMETER_SPARK_REMOTE; by default the one of cluster.py.
Exit code 1 where a mart differs, or where a build with a worker killed in the middle fails.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[2]
STATE = Path(__file__).resolve().parent / ".spark"
DBT = PROJECT / ".venv" / "bin" / "dbt"
LOG = "build.log"
LAST_LINES = 6


def built(folder: Path, target: str, **variables: object) -> subprocess.Popen:
    """A build that was started, of both editions, with its release and its database in a folder."""
    folder.mkdir()
    environment = os.environ | {
        "BAROMETER_SPARK_REMOTE": os.environ.get("BAROMETER_SPARK_REMOTE", "sc://127.0.0.1:15002"),
        "BAROMETER_LAKE": str(folder / "lake"),
    }
    (folder / "lake").mkdir(mode=0o700)
    profile = (PROJECT / "profiles.yml").read_text(encoding="utf-8")
    (folder / "profiles.yml").write_text(
        profile.replace("path: warehouse.duckdb", f"path: {folder / 'warehouse.duckdb'}"), encoding="utf-8"
    )
    variables |= {"release_path": str(folder / "release")}
    with (folder / LOG).open("w", encoding="utf-8") as log:
        return subprocess.Popen(
            [DBT, "build", "--no-use-colors", "--target", target, "--profiles-dir", folder,
             "--target-path", folder / "target", "--vars", json.dumps(variables)],
            cwd=PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )


def ended(build: subprocess.Popen, folder: Path) -> int:
    """Wait for a build and show what it says last; its exit code."""
    code = build.wait()
    lines = (folder / LOG).read_text(encoding="utf-8").splitlines()
    print(f"{folder.name}, exit {code}", *[line for line in lines if line.strip()][-LAST_LINES:], sep="\n    ")
    return code


def differing(one: Path, other: Path) -> tuple[int, list[str]]:
    """How many marts two releases have, and the names of those whose values differ."""
    with duckdb.connect() as session:
        for name, folder in (("one", one), ("other", other)):
            session.execute(f"attach '{folder}/release/internal/ai_barometer.duckdb' as {name} (read_only)")
        marts = [
            name for (name,) in session.execute(
                "select distinct table_name from information_schema.tables "
                "where table_catalog = 'one' and table_schema = 'marts' order by table_name"
            ).fetchall()
        ]
        rows = "from {0}.marts.{1} except all from {2}.marts.{1}"
        return len(marts), [
            mart for mart in marts
            if session.sql(rows.format("one", mart, "other")).fetchone()
            or session.sql(rows.format("other", mart, "one")).fetchone()
        ]


def kill_a_worker(build: subprocess.Popen, lake: Path) -> bool:
    """Kill the process that works for one worker while the hot deck is made; whether there was one."""
    while build.poll() is None and not list(lake.glob("steps/deck_people/*")):
        time.sleep(0.1)
    found = subprocess.run(
        ["pgrep", "-f", "CoarseGrainedExecutorBackend.*--executor-id 0"], capture_output=True, text=True, check=False
    ).stdout.split()
    for process in found:
        os.kill(int(process), signal.SIGKILL)
    return bool(found)


def main() -> int:
    """Build, compare, and say what was found."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, target in (("duckdb", "local"), ("spark", "spark")):
            if ended(built(folder / name, target), folder / name):
                return 1
        count, names = differing(folder / "duckdb", folder / "spark")
        print(f"{count - len(names)} of {count} marts have the same values on both engines")
        build = built(folder / "killed", "spark", microdata_in_lake_from=0)
        is_killed = kill_a_worker(build, folder / "killed" / "lake")
        if ended(build, folder / "killed") or not is_killed:
            print("found no worker to kill, or a build that failed with one killed; expected one that passes")
            return 1
        count, changed = differing(folder / "duckdb", folder / "killed")
        print(f"a worker was killed in the middle: {count - len(changed)} of {count} marts have the same values")
        return bool(names or changed)


if __name__ == "__main__":
    sys.exit(main())
