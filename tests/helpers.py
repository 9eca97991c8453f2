"""What several test modules share: a copy of the project, its files, and `dbt` as a subprocess."""

import csv
import gc
import hashlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import yaml
from jinja2 import Environment

from barometer.method import quantiles

PROJECT = Path(__file__).resolve().parents[1]

# The build of what changed since the release.
CHANGED = (
    "build", "--select", "state:modified+", "--state", "release/internal/state",
    "--exclude-resource-type", "unit_test",
)

HOLDER = """
import sys
import duckdb

connection = duckdb.connect(sys.argv[1], read_only=True)
query = f"select count(*) from marts.{sys.argv[2]}"
print(connection.execute(query).fetchone()[0], flush=True)
sys.stdin.readline()
print(connection.execute(query).fetchone()[0], flush=True)
"""


def tool(name: str) -> str:
    """The path of a command of the environment that runs the tests."""
    return str(Path(sys.executable).parent / name)


def clean_environment() -> dict[str, str]:
    """The environment without what would change a build."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "BAROMETER_"))
    }


def run_dbt(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run dbt in a folder, with variables of the environment; its output is in `stdout`."""
    return run_warm(dbt, folder, *arguments, "--no-use-colors", **variables)


def run_warm(
    command: Callable, folder: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess:
    """Run a command in a folder, as `start_warm` starts it; its output is in `stdout`."""
    with tempfile.NamedTemporaryFile() as output:
        process = start_warm(command, folder, output.name, *arguments, **variables)
        process.join()
        return subprocess.CompletedProcess(
            arguments, process.exitcode, Path(output.name).read_text(encoding="utf-8")
        )


def start_warm(
    command: Callable, folder: Path, output: str, *arguments: str, **variables: str
) -> BaseProcess:
    """Start a command that is a function of a module in a folder, its output in a file.

    In a process of its own, made from one that has imported dbt: that takes longer than most runs.
    """
    start_processes()
    process = PROCESSES.Process(
        target=warm_command,
        args=(command, folder, arguments, clean_environment() | variables, output),
    )
    process.start()
    return process


# What every run imports and compiles is there once, in the process that the others are made from.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["dbt_warm"])


@cache
def start_processes() -> None:
    """Start that process, with the tests among its modules."""
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PROJECT / "tests"), path]))
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if path is not None:
            os.environ["PYTHONPATH"] = path


def warm_command(
    command: Callable, folder: Path, arguments: tuple[str, ...], environment: dict, output: str
) -> None:
    """What a command does, with its output in a file."""
    if "dbt_warm" not in sys.modules:
        raise ImportError("dbt_warm was not imported in advance: each run of dbt takes seconds more")
    # It ends soon: to look for garbage among all that it holds takes a second of the shortest run.
    gc.disable()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with open(output, "w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.stdout, sys.stderr = (open(descriptor, "w", buffering=1) for descriptor in (1, 2))
    sys.argv = [tool(command.__name__), *arguments]
    command()


def dbt() -> None:
    """The command `dbt`."""
    from dbt.cli.main import cli

    cli()


def barometer() -> None:
    """The command `barometer`."""
    from barometer.command import main

    sys.exit(main())


def run_barometer(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the command `barometer` in a folder; its output is in `stdout`."""
    return subprocess.run(
        [tool("barometer"), *arguments],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def rebuild(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """`dbt build` in a copy of a built project."""
    return run_dbt(folder, "build", *arguments, **variables)


def copy_project(target: Path) -> Path:
    """The project's own files, and nothing that git ignores, in a new folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, target / name)
    return target


def copy_built(built: Path, target: Path) -> Path:
    """A copy of a built project to change at will, quick to build again."""
    shutil.copytree(built, target, ignore=shutil.ignore_patterns("logs", "__pycache__"))
    return target


def without_exports(folder: Path) -> Path:
    """A project whose release is the database and Parquet alone: nothing is drawn or exported."""
    path = folder / "models" / "_exposures.yml"
    exposures = yaml.safe_load(path.read_text(encoding="utf-8"))
    exposures["exposures"] = [
        each for each in exposures["exposures"]
        if set(each["config"]["meta"]["formats"]) <= {"duckdb", "parquet"}
    ]
    path.write_text(yaml.safe_dump(exposures), encoding="utf-8")
    return folder


def folder_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def assert_manifest_holds(release: Path) -> None:
    """Every file of a release is in the manifest of its part with the right hash, and no other."""
    assert {path.name for path in release.iterdir()} == {"internal", "public"}
    for part in release.iterdir():
        manifest = json.loads((part / "manifest.json").read_text(encoding="utf-8"))
        found = folder_digests(part)
        del found["manifest.json"]
        assert found == {entry["file"]: entry["sha256"] for entry in manifest["files"]}


def seal(release: Path) -> None:
    """Have the internal manifest of a release list its files as they are: as if they had been
    published."""
    path = release / "internal" / "manifest.json"
    manifest, at = json.loads(path.read_text(encoding="utf-8")), path.stat().st_mtime_ns
    found = folder_digests(path.parent)
    del found["manifest.json"]
    files = [{"file": file, "sha256": digest} for file, digest in found.items()]
    path.write_text(json.dumps(manifest | {"files": files}), encoding="utf-8")
    os.utime(path, ns=(at, at))


@contextmanager
def published_marts(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose schema `marts` has what the public exports of a built project read, to
    change at will: the public form of a mart that has one, and no microdata."""
    with duckdb.connect() as connection:
        for name, path in (
            ("released", built / "release" / "internal" / "ai_barometer.duckdb"),
            ("warehouse", built / "warehouse.duckdb"),
        ):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        connection.execute("create schema marts")
        tables = connection.sql(
            "select database_name, schema_name, table_name, list(column_name) from duckdb_columns() "
            "where database_name != 'memory' and schema_name in ('marts', 'public') group by all"
        ).fetchall()
        public = {name for _, schema, name, _ in tables if schema == "public"}
        for database, schema, name, columns in tables:
            if schema == "public" or database == "released" and name not in public and (
                "response_key" not in columns
            ):
                connection.execute(
                    f"create table marts.{name} as from {database}.{schema}.{name} order by all"
                )
        yield connection


def hold_open(database: Path, table: str) -> subprocess.Popen:
    """Another process that holds a released database open until `let_go`."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database), table],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    holder.first_count = int(holder.stdout.readline())
    return holder


def let_go(holder: subprocess.Popen) -> int:
    """Let the process of `hold_open` count the rows again; returns them."""
    answer, _ = holder.communicate("\n", timeout=60)
    assert holder.returncode == 0
    return int(answer)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_cells(path: Path) -> list[list[str]]:
    """Lines of a CSV file as lists of cells, the header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_cells(path: Path, cells: list[list[str]]) -> None:
    """Write what `read_cells` read."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(cells)


def reference(name: str, folder: Path = PROJECT) -> list[dict[str, str]]:
    """Rows of a reference seed."""
    return read_rows(folder / "seeds" / "reference" / f"{name}.csv")


def codes(cell: str) -> list[str]:
    """Items of a list as the seeds write it."""
    return cell.split("|") if cell else []


def macros(file: str, **others):
    """The macros of a file of macros/, as functions that return SQL: dbt's own text, without dbt.

    Args:
        others: the macros of other files that they call, by name.
    """
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {"exceptions": MacroErrors, **others}
    text = (PROJECT / "macros" / file).read_text(encoding="utf-8")
    return environment.from_string(text).module


def statement(path: str, *macro_files: str) -> str:
    """The SQL of a model or a data test, without dbt: what it refers to goes by its bare name.

    Args:
        path: of the file, from the root of the project.
        macro_files: files of macros/ whose macros it calls.
    """
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {
        "ref": lambda name: name, "config": lambda **_: "", "exceptions": MacroErrors,
        "var": {"imputation_replicates": 0}.get,
    }
    files = [PROJECT / "macros" / name for name in macro_files] + [PROJECT / path]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return environment.from_string(text).render().strip()


class MacroErrors:
    """What a macro calls to stop."""

    @staticmethod
    def raise_compiler_error(message: str):
        """Raise the sentence."""
        raise ValueError(message)


def estimator() -> duckdb.DuckDBPyConnection:
    """A database in memory with the functions that the estimator's macros call."""
    connection = duckdb.connect()
    quantiles.register(connection)
    return connection


def change_labels(folder: Path) -> str:
    """Give every item of a figure another label: something small to build. Returns the figure."""
    path = folder / "seeds" / "reference" / "figures.csv"
    header, *rows = read_cells(path)
    place, figure = header.index("item_label_en"), rows[0][header.index("figure")]
    for row in rows:
        if figure in row:
            row[place] = "changed"
    write_cells(path, [header, *rows])
    return figure
