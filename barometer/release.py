"""The release: what BI tools read, written beside the old one and swapped in as a whole.

    <release_path>/ai_barometer.duckdb     the marts alone, readable by DuckDB 1.4
    <release_path>/parquet/<mart>.parquet  one file a mart
    <release_path>/report/                 tables and figures of the report, to print or to show
    <release_path>/quality_report.html     how good the numbers are, as SIMS orders it
    <release_path>/validation_report.html  every expectation and test of the build
    <release_path>/manifest.json           editions, versions, rows and SHA-256 of each file
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import subprocess
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
from jinja2 import Environment

from barometer.printed_report.files import write_report
from barometer.quality_report import write_quality_report

RELEASED_SCHEMA = pa.schema(
    [("file", pa.string()), ("row_count", pa.int64()), ("sha256", pa.string())]
)

# So that BI tools with an older DuckDB can open the file.
STORAGE_VERSION = "v1.4.0"

TITLE = "AI-Barometer"

PACKAGES = (
    "altair",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "numpy",
    "pyarrow",
    "vl-convert-python",
)


def publish(
    session: duckdb.DuckDBPyConnection,
    mart_names: list[str],
    expectations: pa.Table,
    tests: pa.Table,
    print_layout: dict[str, pa.Table],
    release_path: Path,
) -> pa.Table:
    """Write a release and swap it in, if every expectation and every test passed.

    Args:
        session: connection to the warehouse, with the marts in its schema `marts`.
        mart_names: what the release consists of.
        expectations: `qlt_expectation_results`.
        tests: `qlt_test_results`; `success` is null for a test that did not run.
        print_layout: what the report in print takes beside the marts: `tables`, `captions`
            and `terms`, as `write_report` describes them.
        release_path: the folder to replace.

    Returns:
        One row a released file, schema `RELEASED_SCHEMA`; none where something did not
        pass or did not run: the release then stays as it is.

    Raises:
        FileExistsError: `release_path` is something that this function did not write.
    """
    # A link is followed, so that the swap replaces the folder and not the link to it.
    release_path = Path(os.path.realpath(release_path))
    restore_interrupted_swap(release_path)
    withheld = reasons_to_withhold(expectations, tests)
    if withheld:
        print(f"release withheld, {release_path} stays as it is: {'; '.join(withheld)}")
        return RELEASED_SCHEMA.empty_table()
    refuse_foreign_folder(release_path)
    staging = release_path.with_name(f".{release_path.name}.staging")
    remove_leftovers(staging)
    staging.mkdir(parents=True)
    write_database(session, mart_names, staging / "ai_barometer.duckdb")
    row_counts = write_parquet(staging / "ai_barometer.duckdb", mart_names, staging / "parquet")
    write_report(session, **print_layout, folder=staging / "report")
    write_quality_report(session, print_layout["terms"], staging / "quality_report.html")
    editions = session.sql(
        "select edition, status, note from marts.dim_editions order by edition"
    ).to_arrow_table().to_pylist()
    write_validation_report(editions, expectations, tests, staging / "validation_report.html")
    released = write_manifest(staging, editions, row_counts)
    make_durable(staging)
    swap(staging, release_path)
    return pa.Table.from_pylist(released, schema=RELEASED_SCHEMA)


def reasons_to_withhold(expectations: pa.Table, tests: pa.Table) -> list[str]:
    """What did not pass, or did not run, in this build; empty when everything did."""
    reasons = [
        f"expectation {row['expectation_id']} failed"
        for row in expectations.to_pylist()
        if not row["success"]
    ]
    outcomes = tests.to_pylist()
    failed = [row["test_name"] for row in outcomes if row["success"] is False]
    left_out = [row["test_name"] for row in outcomes if row["success"] is None]
    reasons += [f"test {name} failed" for name in failed]
    if left_out:
        reasons.append(
            f"{len(left_out)} of {len(outcomes)} tests did not run in this build "
            f"(the first: {left_out[0]}); only a whole `dbt build` is released"
        )
    return reasons


def refuse_foreign_folder(release_path: Path) -> None:
    """Raise FileExistsError where the folder holds anything but an earlier release."""
    if release_path.exists() and not (
        is_release(release_path)
        or (release_path.is_dir() and not any(release_path.iterdir()))
    ):
        raise FileExistsError(
            f"variable release_path: found {release_path}, which is not an earlier release; "
            "expected a folder that is one, is empty, or does not exist"
        )


def is_release(folder: Path) -> bool:
    """Whether a folder is what `publish` writes; other folders have a manifest.json too."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(manifest, dict)
        and manifest.get("title") == TITLE
        and "duckdb_storage_version" in manifest
    )


def restore_interrupted_swap(release_path: Path) -> None:
    """Put back the release that a killed swap of two renames had set aside."""
    old = set_aside(release_path)
    if old.exists() and not release_path.exists():
        old.rename(release_path)


def set_aside(release_path: Path) -> Path:
    """Where the old release waits between two renames."""
    return release_path.with_name(f".{release_path.name}.old")


def remove_leftovers(staging: Path) -> None:
    """Remove what a killed build left behind; it was never part of a release."""
    if staging.exists():
        shutil.rmtree(staging)


def write_database(
    session: duckdb.DuckDBPyConnection, mart_names: list[str], path: Path
) -> None:
    """Copy the marts, in the order of their columns, with the descriptions of each."""
    session.execute(f"attach '{sql_text(path)}' as released (storage_version '{STORAGE_VERSION}')")
    try:
        session.execute("create schema released.marts")
        for name in mart_names:
            session.execute(
                f"create table released.marts.{name} as select * from marts.{name} order by all"
            )
        for statement in comment_statements(session, mart_names):
            session.execute(statement)
        session.execute("checkpoint released")
    finally:
        session.execute("detach released")


def comment_statements(session: duckdb.DuckDBPyConnection, mart_names: list[str]) -> list[str]:
    """SQL that gives the released marts the descriptions that dbt persisted."""
    warehouse = session.sql("select current_database()").fetchone()[0]
    comments = session.execute(
        """
        select 'table', table_name, null as column_name, comment
        from duckdb_tables()
        where database_name = $1 and schema_name = 'marts' and comment is not null
        union all
        select 'column', table_name, column_name, comment
        from duckdb_columns()
        where database_name = $1 and schema_name = 'marts' and comment is not null
        order by all
        """,
        [warehouse],
    ).fetchall()
    return [
        f"comment on {kind} released.marts.{table}{f'.{column}' if column else ''} "
        f"is '{sql_text(comment)}'"
        for kind, table, column, comment in comments
        if table in mart_names
    ]


def write_parquet(database: Path, mart_names: list[str], folder: Path) -> dict[str, int]:
    """One Parquet file a mart; returns rows by mart. One thread, so that bytes never vary."""
    folder.mkdir()
    with duckdb.connect(str(database), read_only=True, config={"threads": 1}) as connection:
        for name in mart_names:
            connection.execute(
                f"copy (select * from marts.{name} order by all) "
                f"to '{sql_text(folder / name)}.parquet' (format parquet, compression zstd)"
            )
        return {
            name: connection.sql(f"select count(*) from marts.{name}").fetchone()[0]
            for name in mart_names
        }


def write_validation_report(
    editions: list[dict], expectations: pa.Table, tests: pa.Table, path: Path
) -> None:
    """One HTML page that loads nothing from elsewhere."""
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        (files("barometer") / "validation_report.html").read_text(encoding="utf-8")
    )
    path.write_text(
        template.render(
            editions=editions,
            expectations=expectations.to_pylist(),
            tests=tests.to_pylist(),
        ),
        encoding="utf-8",
    )


def write_manifest(folder: Path, editions: list[dict], row_counts: dict[str, int]) -> list[dict]:
    """Write manifest.json; returns its entries on files: file, row_count, sha256."""
    released = [
        {
            "file": path.relative_to(folder).as_posix(),
            "row_count": row_counts.get(path.stem) if path.suffix == ".parquet" else None,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    manifest = {
        "title": TITLE,
        "is_synthetic": any(edition["status"] == "synthetic" for edition in editions),
        "editions": editions,
        "git_commit": git_commit(),
        "versions": {package: version(package) for package in PACKAGES},
        "duckdb_storage_version": STORAGE_VERSION,
        "row_counts": row_counts,
        "files": released,
    }
    (folder / "manifest.json").write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return released


def git_commit() -> str | None:
    """The commit of the project, with `-dirty` where files differ from it; None outside git."""
    described = subprocess.run(
        ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"],
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or None


def make_durable(folder: Path) -> None:
    """Flush the files and folders to disk, so that a swapped-in release survives a crash."""
    for path in [*folder.rglob("*"), folder]:
        synchronise(path)


def synchronise(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap(staging: Path, release_path: Path) -> None:
    """Put the new folder in the place of the old one, in one step of the file system.

    Readers that hold files of the old release open keep them until they let go.
    """
    if not release_path.exists():
        staging.rename(release_path)
    elif exchange(staging, release_path):
        shutil.rmtree(staging)
    else:
        # A file system that cannot exchange: two renames instead of one.
        old = set_aside(release_path)
        remove_leftovers(old)
        release_path.rename(old)
        staging.rename(release_path)
        shutil.rmtree(old)
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


def sql_text(value: object) -> str:
    """A value as it stands between the quotes of a SQL text."""
    return str(value).replace("'", "''")
