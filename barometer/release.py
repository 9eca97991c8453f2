"""The release: what BI tools read, written beside the old one and swapped in as a whole.

    <release_path>/ai_barometer.duckdb     the marts alone, readable by DuckDB 1.4
    <release_path>/parquet/<mart>.parquet  one file a mart
    <release_path>/csv/<mart>.csv          one file a mart, in Dutch number format; README.txt
    <release_path>/ai_barometer.xlsx       tables, figures and estimates, to send on
    <release_path>/sdmx/                   the estimates as SDMX-CSV, and their structure
    <release_path>/report/                 tables and figures of the report, to print or to show
    <release_path>/site/                   the report as a site, in every language
    <release_path>/quality_report.html     how good the numbers are, as SIMS orders it
    <release_path>/validation_report.html  every expectation and test of the build
    <release_path>/diff.csv, diff.html     released numbers that differ from the release before
    <release_path>/state/                  what a build of some editions, or of changes, starts from
    <release_path>/docs/                   the dbt docs, and where each column comes from
    <release_path>/manifest.json           editions, versions, rows and SHA-256 of each file

How a folder is replaced, kept and put back is barometer.release_folder.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
from jinja2 import Environment

from barometer.exports.csv_files import write_csv_files, write_csv_notes
from barometer.exports.sdmx import write_sdmx_files
from barometer.exports.workbook import write_workbook
from barometer.lineage_docs import write_docs
from barometer.manifest import MANIFEST, TITLE, digests
from barometer.printed_report.files import write_report
from barometer.quality_report import write_quality_report
from barometer.release_diff import write_release_diff
from barometer.release_folder import recover, staged
from barometer.release_state import write_state
from barometer.site.files import write_site

RELEASED_SCHEMA = pa.schema(
    [("file", pa.string()), ("row_count", pa.int64()), ("sha256", pa.string())]
)

# So that BI tools with an older DuckDB can open the file.
STORAGE_VERSION = "v1.4.0"

# What is written from the released marts: each takes a connection to the marts that the
# exposures with its format declare, the layout, and the folder of the release.
EXPORTS = {
    "csv": lambda marts, layout, folder: (
        write_csv_files(marts, folder / "csv"),
        write_csv_notes(marts, layout["terms"], folder / "csv" / "README.txt"),
    ),
    "xlsx": lambda marts, layout, folder: write_workbook(
        marts,
        layout["tables"],
        layout["captions"],
        layout["terms"],
        layout["workbook_columns"],
        folder / "ai_barometer.xlsx",
    ),
    "sdmx": lambda marts, layout, folder: write_sdmx_files(
        marts,
        layout["sdmx_components"],
        layout["sdmx_codelists"],
        layout["sdmx_codes"],
        folder / "sdmx",
    ),
    "report": lambda marts, layout, folder: write_report(
        marts,
        layout["tables"],
        layout["captions"],
        layout["terms"],
        folder / "report",
        layout.get("kept_pictures"),
    ),
    "quality_report": lambda marts, layout, folder: write_quality_report(
        marts, layout["terms"], folder / "quality_report.html"
    ),
    # Last: it links to all that stands beside it.
    "site": lambda marts, layout, folder: write_site(
        marts, {name: layout[name] for name in PRINTED}, layout, folder / "site"
    ),
}

# What the report in print takes of the layout.
PRINTED = ("tables", "captions", "terms")

PACKAGES = (
    "altair",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "numpy",
    "pyarrow",
    "pysdmx",
    "vl-convert-python",
    "xlsxwriter",
)


def publish(
    session: duckdb.DuckDBPyConnection,
    contents: pa.Table,
    expectations: pa.Table,
    tests: pa.Table,
    input_rules: pa.Table,
    layout: dict[str, pa.Table | Path],
    release_path: Path,
    keep_releases: int = 3,
    *,
    dbt_manifest: Path | None = None,
) -> pa.Table:
    """Write a release and swap it in, if every expectation and every test passed.

    Args:
        session: connection to the warehouse, with the marts in its schema `marts`.
        contents: `qlt_release_contents`: the marts of each export. What is not in it is not
            exported; what it does not name is not read.
        expectations: `qlt_expectation_results`.
        tests: `qlt_test_results`; `success` is null for a test that did not run.
        input_rules: `qlt_rule_counts`.
        layout: what the exports take beside the marts: `tables`, `captions` and `terms`, as
            `write_report` describes them, and by their names the seeds that `write_workbook`,
            `write_sdmx_files` and `write_site` list.
        release_path: the folder to replace.
        keep_releases: how many earlier releases stay beside it.
        dbt_manifest: dbt's manifest of this build; without one the release has no `state` and no
            `docs`.

    Returns:
        One row a released file, schema `RELEASED_SCHEMA`; none where something did not
        pass or did not run: the release then stays as it is.

    Raises:
        FileExistsError: `release_path` is something that this function did not write.
        OSError: a full disk, or no right to write; the release stays as it is.
    """
    withheld = reasons_to_withhold(expectations, tests)
    if withheld:
        recover(release_path, keep_releases)
        print(f"release withheld, {release_path} stays as it is: {'; '.join(withheld)}")
        return RELEASED_SCHEMA.empty_table()
    with staged(release_path, keep_releases) as staging:
        marts = marts_by_format(contents)
        database = staging / "ai_barometer.duckdb"
        write_database(session, marts["duckdb"], database)
        row_counts = write_parquet(database, marts["parquet"], staging / "parquet")
        editions = session.sql(
            "select edition, status, note from marts.dim_editions order by edition"
        ).to_arrow_table().to_pylist()
        write_validation_report(
            editions, expectations, tests, input_rules, staging / "validation_report.html"
        )
        write_release_diff(session, staging)
        write_state(session, dbt_manifest, staging / "state")
        write_docs(session, dbt_manifest, staging / "docs")
        if dbt_manifest is not None:
            layout = layout | {"kept_pictures": dbt_manifest.parent / "pictures"}
        for export, write in EXPORTS.items():
            if marts[export]:
                with released_marts(database, marts[export]) as connection:
                    write(connection, layout, staging)
        released = write_manifest(staging, editions, row_counts)
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


def marts_by_format(contents: pa.Table) -> dict[str, list[str]]:
    """The marts of each export, none where no exposure asks for it."""
    marts = {name: [] for name in ("duckdb", "parquet", *EXPORTS)}
    for row in contents.to_pylist():
        if row["export_format"] not in marts:
            raise ValueError(
                f"models/_exposures.yml: found format {row['export_format']}; "
                f"expected one of {', '.join(marts)}"
            )
        marts[row["export_format"]].append(row["mart_name"])
    return marts


@contextmanager
def released_marts(
    database: Path, mart_names: list[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose schema `marts` holds these marts of a released database alone."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{sql_text(database)}' as released (read_only)")
        connection.execute("create schema marts")
        for name in mart_names:
            connection.execute(
                f"create view marts.{name} as select * from released.marts.{name}"
            )
        yield connection


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
    editions: list[dict], expectations: pa.Table, tests: pa.Table, input_rules: pa.Table, path: Path
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
            input_rules=input_rules.sort_by("sort_order").to_pylist(),
        ),
        encoding="utf-8",
    )


def write_manifest(folder: Path, editions: list[dict], row_counts: dict[str, int]) -> list[dict]:
    """Write manifest.json; returns its entries on files: file, row_count, sha256."""
    released = [
        {
            "file": file,
            "row_count": row_counts.get(Path(file).stem) if file.endswith(".parquet") else None,
            "sha256": digest,
        }
        for file, digest in digests(folder).items()
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
    (folder / MANIFEST).write_text(
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


def sql_text(value: object) -> str:
    """A value as it stands between the quotes of a SQL text."""
    return str(value).replace("'", "''")
