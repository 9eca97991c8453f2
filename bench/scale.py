"""How long a build takes with many times the responses: `python bench/scale.py [copies]`, 100 by default.

The newest synthetic edition is written as many times over, with other enterprise numbers and identifiers, as Parquet
files of an edition of its own in a copy of the project; its population is as many times larger. Synthetic data, and only
for times: no number of it means anything.
"""

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[1]
SHOWN = 12


def copy_edition(folder: Path, copies: int) -> int:
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
            ) to '{target}/sample.parquet';
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
            ) to '{target}/responses.parquet';
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


def build_of(folder: Path, edition: int, *selection: str) -> tuple[int, float]:
    """Build the added edition alone, or a selection of its nodes; exit code and seconds."""
    variables = json.dumps({"raw_path": str(folder / "raw"), "editions": [edition]})
    start = time.perf_counter()
    build = subprocess.run(
        [str(Path(sys.executable).parent / "dbt"), "--quiet", "build", "--vars", variables, *selection],
        cwd=folder, check=False,
    )
    return build.returncode, time.perf_counter() - start


def findings(folder: Path, edition: int, exit_code: int, seconds: float) -> list[str]:
    """The whole time and the slowest steps, in lines."""
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
        "exit {}: {:,} usable responses, {:,} answers, {:.0f} s".format(exit_code, *counts, seconds),
        *(
            f"{result['execution_time']:8.1f} s  {result['unique_id']}"
            for result in sorted(results, key=lambda result: -result["execution_time"])[:SHOWN]
        ),
    ]


def main(copies: int) -> None:
    """Build in a temporary copy, and print what was found."""
    made = (".git", ".venv", "target", "logs", "release", ".release.*", "*.duckdb*", "__pycache__")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(*made))
        edition = copy_edition(folder, copies)
        print("\n".join(findings(folder, edition, *build_of(folder, edition))))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
