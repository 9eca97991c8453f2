"""How long a build takes with many times the responses, and how much memory: `python bench/scale.py [copies …]`.

The newest synthetic edition is written as many times over, with other enterprise numbers and identifiers, as CSV or
Parquet files (`--format`) of an edition of its own in a copy of the project; its population is as many times larger.
Synthetic data, and only for times: no number of it means anything. Memory is what dbt and all processes that it
starts hold together at their peak. With `--target spark` the models that grow are made on the server that the
environment names; the processes of it whose numbers are given (`--servers`) are measured too.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from helpers import copy_project  # noqa: E402

SHOWN = 12


def copy_edition(folder: Path, copies: int, file_format: str = "parquet") -> int:
    """Add an edition of `copies` times the newest one to the copy in `folder`; returns its year."""
    reference = folder / "seeds" / "reference"
    newest = max(int(row["edition"]) for row in rows(reference / "editions.csv"))
    for name, column in (("editions", None), ("population", "population_count"), ("questions", None)):
        seed = rows(reference / f"{name}.csv")
        added = [row | {"edition": newest + 1} for row in seed if int(row["edition"]) == newest]
        for row in added:
            if column:
                row[column] = int(row[column]) * copies
        write(reference / f"{name}.csv", seed + added)
    target = folder / "raw" / str(newest + 1)
    target.mkdir(parents=True)
    with duckdb.connect() as session:
        session.execute(f"create table copies as select unnest(range({copies})) as copy")
        session.execute(
            f"""
            create table enterprises as
            select
                enterprise_number as old, copy,
                row_number() over (order by copy, enterprise_number) as place
            from read_csv('{folder}/seeds/raw/raw_sample_{newest}.csv', all_varchar = true), copies
            """
        )
        # Synthetic numbers begin with 9: seven digits are left, and the last two are the check.
        session.execute(
            """
            alter table enterprises add column new varchar;
            update enterprises set new = (90000000 + place)::varchar
                || lpad((97 - (90000000 + place) % 97)::varchar, 2, '0');
            """
        )
        session.execute(
            f"""
            copy (
                select new as enterprise_number, sample.* exclude (enterprise_number)
                from read_csv('{folder}/seeds/raw/raw_sample_{newest}.csv', all_varchar = true) as sample
                join enterprises on old = enterprise_number
            ) to '{target}/sample.{file_format}';
            copy (
                select
                    response_id || '-' || invited.copy as response_id,
                    invited.new as invited_enterprise_number,
                    coalesce(filled.new, responses.enterprise_number) as enterprise_number,
                    (submitted_at::timestamp + interval 1 year)::varchar as submitted_at,
                    responses.* exclude (
                        response_id, invited_enterprise_number, enterprise_number, submitted_at
                    )
                from read_csv('{folder}/seeds/raw/raw_responses_{newest}.csv', all_varchar = true) as responses
                join enterprises as invited on invited.old = invited_enterprise_number
                left join enterprises as filled
                    on filled.old = responses.enterprise_number and filled.copy = invited.copy
            ) to '{target}/responses.{file_format}';
            """
        )
    shift_fieldwork(reference / "editions.csv", newest + 1)
    return newest + 1


def shift_fieldwork(path: Path, edition: int) -> None:
    """Move the fieldwork of the added edition a year on, with its responses."""
    seed = rows(path)
    for row in seed:
        if int(row["edition"]) == edition:
            for column in ("fieldwork_start", "fieldwork_end"):
                row[column] = f"{int(row[column][:4]) + 1}{row[column][4:]}"
    write(path, seed)


def rows(path: Path) -> list[dict]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, records: list[dict]) -> None:
    """Write rows back, in their columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


class Measured(threading.Thread):
    """Watches a process and those that it started: the most memory that they held together, in bytes."""

    def __init__(self, process: int):
        super().__init__(daemon=True)
        self.process, self.peak, self.done = process, 0, threading.Event()

    def run(self):
        while not self.done.wait(0.2):
            self.peak = max(self.peak, sum(map(resident, {self.process, *descendants(self.process)})))


def descendants(process: int) -> set[int]:
    """Processes that a process started, and those that these did."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, waiting = set(), {process}
    while waiting:
        waiting = {child for child, parent in parents.items() if parent in waiting} - found
        found |= waiting
    return found


def resident(process: int) -> int:
    """Memory that a process holds, in bytes; what it shares with others in proportion; 0 for one that is gone."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def cpu_seconds(process: int) -> float:
    """What a process and those that it started and that still run have used of a processor."""
    ticks = 0
    for each in {process, *descendants(process)}:
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # Its own, and those of children that have ended.
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def build_of(folder: Path, edition: int, *selection: str, servers: tuple[int, ...] = ()) -> dict:
    """Build the added edition alone, or a selection of its nodes: exit_code, seconds, cpu_seconds and peak_bytes.

    Args:
        servers: processes of an engine; `servers` has cpu_seconds and peak_bytes of each.
    """
    variables = {"raw_path": str(folder / "raw"), "editions": [edition]}
    if servers:
        variables["microdata_in_lake_from"] = 0
    start, before = time.perf_counter(), os.times()
    used = [cpu_seconds(process) for process in servers]
    with subprocess.Popen(
        [
            str(Path(sys.executable).parent / "dbt"), "--quiet", "build", "--vars", json.dumps(variables),
            *selection,
        ],
        cwd=folder,
    ) as build:
        measured = [Measured(process) for process in (build.pid, *servers)]
        for each in measured:
            each.start()
        exit_code = build.wait()
    for each in measured:
        each.done.set()
    after = os.times()
    return {
        "exit_code": exit_code,
        "seconds": time.perf_counter() - start,
        "cpu_seconds": sum(after[2:4]) - sum(before[2:4]),
        "peak_bytes": measured[0].peak,
        "servers": [
            {"process": process, "cpu_seconds": cpu_seconds(process) - before, "peak_bytes": each.peak}
            for process, before, each in zip(servers, used, measured[1:], strict=True)
        ],
    }


def findings(folder: Path, edition: int, build: dict) -> list[str]:
    """The whole build and its slowest steps, in lines."""
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as session:
        counts = session.sql(
            f"""
            select
                (select count(*) from marts.fct_responses where edition = {edition}),
                (select count(*) from marts.fct_answers where edition = {edition})
            """
        ).fetchone()
    return [
        "exit {exit_code}: {:,} usable responses, {:,} answers, {seconds:.0f} s, {cpu_seconds:.0f} s of CPU, "
        "{:.1f} GB".format(*counts, build["peak_bytes"] / 1e9, **build),
        *(
            f"{server['cpu_seconds']:8.0f} s of CPU, {server['peak_bytes'] / 1e9:.1f} GB: process {server['process']}"
            for server in build["servers"]
        ),
        *(
            f"{result['execution_time']:8.1f} s  {result['unique_id']}"
            for result in sorted(results, key=lambda result: -result["execution_time"])[:SHOWN]
        ),
    ]


def measure(
    copies: int, file_format: str, parent: str | None = None, target: str = "local", servers: tuple[int, ...] = ()
) -> None:
    """Build in a temporary copy, and print what was found."""
    with tempfile.TemporaryDirectory(dir=parent) as temporary:
        folder = copy_project(Path(temporary) / "project")
        edition = copy_edition(folder, copies, file_format)
        print(f"{copies} copies, {file_format}, target {target}", flush=True)
        build = build_of(folder, edition, "--target", target, servers=servers)
        print("\n".join(findings(folder, edition, build)), flush=True)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("copies", nargs="*", type=int, default=[100])
    parser.add_argument("--format", choices=["csv", "parquet"], default="parquet")
    parser.add_argument("--target", choices=["local", "spark"], default="local")
    parser.add_argument("--servers", nargs="*", type=int, default=[], help="processes of the engine, to be measured")
    parser.add_argument("--folder", help="where the copies are made; a temporary folder by default")
    arguments = parser.parse_args()
    for copies in arguments.copies:
        measure(copies, arguments.format, arguments.folder, arguments.target, tuple(arguments.servers))


if __name__ == "__main__":
    main()
