"""The release: what BI tools read, written beside the old one and swapped in as a whole.

    <release_path>/internal/            for those who may see microdata
        ai_barometer.duckdb             the marts alone, readable by DuckDB 1.4
        parquet/<mart>.parquet          one file a mart
        validation_report.html          every expectation and test of the build
        diff.csv, diff.html             released numbers that differ from the release before
        state/                          what a build of some editions, or of changes, starts from
        docs/                           the dbt docs, and where each column comes from
        manifest.json                   editions, versions, rows and SHA-256 of each file, those of
                                        microdata that stay in the lake of an engine among them
    <release_path>/public/              for everybody
        csv/<mart>.csv                  one file a mart, in Dutch number format; README.txt
        ai_barometer.xlsx               tables, figures and estimates, to send on
        sdmx/                           the estimates as SDMX-CSV, and their structure
        report/                         tables and figures of the report, to print or to show
        site/                           the report as a site, in every language
        quality_report.html             how good the numbers are, as SIMS orders it
        index.html                      the front page: what there is, and for which reader
        manifest.json                   as above

How a folder is replaced, kept and put back is barometer.release.release_folder.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from barometer.engine.engine import current_engine
from barometer.outputs.docs.lineage_docs import write_docs
from barometer.release.gate import Run, reasons_to_withhold, remember
from barometer.release.last_release import last_release
from barometer.release.microdata_in_lake import forget_unreferenced, listed_files, marts_in_lake
from barometer.release.release_diff import write_release_diff
from barometer.release.release_folder import recover, staged
from barometer.release.release_manifest import (
    INTERNAL,
    MANIFEST,
    PACKAGES,
    PUBLIC,
    TITLE,
    digests,
    file_names,
    is_left_by_machine,
    listed,
)
from barometer.release.release_state import file_digests, write_state
from barometer.release.validation_report import write_validation_report
from barometer.system.warehouse import sql_text
from barometer.system.whole_files import place
from barometer.system.worker import Worker

# So that BI tools with an older DuckDB can open the file.
STORAGE_VERSION = "v1.4.0"

# Digest of the inputs of each export, in the internal part of a release.
INPUTS = "state/inputs.json"

# What an export is written into, in the public part of a release. Last the site, which links to
# all that is beside it, and the front page, which says how large it all is.
EXPORTS = {
    "csv": "csv",
    "xlsx": "ai_barometer.xlsx",
    "sdmx": "sdmx",
    "report": "report",
    "quality_report": "quality_report.html",
    "site": "site",
    "front_page": "index.html",
}

# Those that follow from the files beside them too.
LAST = {"site", "front_page"}

# Those that another process writes, while this one draws the report.
MEANWHILE = {"csv", "xlsx", "sdmx", "quality_report"}


def publish(session: duckdb.DuckDBPyConnection, run: Run, target: Path) -> bool:
    """Write a release and swap it in, if the run may be released; say so where it may not.

    Args:
        session: connection to the warehouse, with the marts in its schema `marts`.
        run: the run of dbt at its end. Its manifest has the exposures: what none declares is
            not exported, and an export reads nothing else than its exposures declare.
        target: dbt's target folder; what can be taken over from one build to the next is there.

    Returns:
        Whether there is a new release.

    Raises:
        FileExistsError: `run.release_path` is something that this function did not write.
        OSError: a full disk, or no right to write; the release stays as it is.
    """
    withheld = reasons_to_withhold(session, run)
    if withheld:
        recover(run.release_path, run.keep_releases)
        print(f"release withheld, {run.release_path} stays as it is: {'; '.join(withheld)}")
        return False
    with staged(run.release_path, run.keep_releases) as staging:
        internal, public = staging / INTERNAL, staging / PUBLIC
        for part in (internal, public):
            part.mkdir()
        declared = declared_tables(run.manifest)
        in_lake = marts_in_lake(session)
        database = internal / "ai_barometer.duckdb"
        write_database(
            session, declared["duckdb"]["marts"], database, marts_stored_in_order(run.manifest), in_lake
        )
        with ThreadPoolExecutor(max_workers=1) as meanwhile:
            # DuckDB writes it while Python is at what follows.
            parquet = meanwhile.submit(
                write_parquet,
                database,
                [name for name in declared["parquet"]["marts"] if name not in in_lake],
                internal / "parquet",
            )
            editions = session.sql(
                "select edition, status, note from marts.dim_editions order by edition"
            ).to_arrow_table().to_pylist()
            write_validation_report(session, editions, run, internal / "validation_report.html")
            last = last_release(str(run.release_path))
            write_release_diff(session, internal, run.has_built("qlt_release_diff"), bool(last))
            write_state(
                session, run.manifest, internal / "state", Path(last) / "state" if last else None
            )
            write_docs(session, run.manifest, target, internal / "docs")
            row_counts = parquet.result()
        write_exports(session, declared, run.release_path, staging, target)
        # The internal one last: when it was written is when the release was published.
        names = declared["csv"]["marts"] + declared["csv"]["public"]
        write_manifest(public, editions, {name: row_counts[name] for name in names})
        microdata = listed_files(session, in_lake)
        for name in in_lake:
            row_counts[name] = sum(entry["row_count"] for entry in microdata if entry["mart"] == name)
        write_manifest(internal, editions, row_counts, microdata)
    if current_engine():
        forget_unreferenced(run.release_path)
    remember(session, run)
    if "rpt_edition_changes" in declared["duckdb"]["marts"]:
        for line in new_edition_lines(session, run.release_path):
            print(line)
    return True


def new_edition_lines(session: duckdb.DuckDBPyConnection, release_path: Path) -> list[str]:
    """A line on what the newest edition changes, until it is final."""
    found = session.sql(
        """
        select
            edition, previous_edition,
            count(distinct item_id) filter (where kind = 'redefined') as redefined,
            count(*) filter (where kind = 'begun') as begun,
            count(*) filter (where kind = 'ended') as ended,
            count(*) filter (where kind = 'uncounted') as uncounted,
            count(*) filter (where kind = 'uncompared') as uncompared
        from marts.rpt_edition_changes
        where edition = (
            select edition from marts.dim_editions where status = 'provisional'
            order by edition desc limit 1
        )
        group by edition, previous_edition
        """
    ).to_arrow_table().to_pylist()
    return [
        f"edition {row['edition']} beside {row['previous_edition']}: {row['redefined']} indicators defined "
        f"otherwise, {row['begun']} series begun and {row['ended']} ended, {row['uncounted']} questions "
        f"without an indicator, {row['uncompared']} sectors in no comparison; {release_path / PUBLIC / 'site'} has it in changes-{row['edition']}.html"
        for row in found
    ]


def declared_tables(manifest: Mapping) -> dict[str, dict]:
    """What each export reads: names of `marts` as they are released, names of those `public` that
    are in their public form, and of `others` the schema by name."""
    declared = {
        name: {"marts": [], "public": [], "others": {}} for name in ("duckdb", "parquet", *EXPORTS)
    }
    for exposure in manifest["exposures"].values():
        for export in exposure["config"]["meta"]["formats"]:
            if export not in declared:
                raise ValueError(
                    f"models/_exposures.yml: found format {export}; "
                    f"expected one of {', '.join(declared)}"
                )
            for unique_id in exposure["depends_on"]["nodes"]:
                node = manifest["nodes"][unique_id]
                if node["schema"] in ("marts", "public"):
                    declared[export][node["schema"]].append(node.get("alias") or node["name"])
                else:
                    declared[export]["others"][node["name"]] = node["schema"]
    return declared


def write_exports(
    session: duckdb.DuckDBPyConnection,
    declared: dict[str, dict],
    release_path: Path,
    folder: Path,
    target: Path,
) -> None:
    """Write every export that an exposure declares, or take it over from the last release.

    An export follows from its inputs: the marts and tables that are declared, this package and
    the packages it uses; the last ones also from the names and sizes of the files beside them. The digests of
    these are kept in `state/inputs.json`: one that is the same as before has the same bytes.
    What has to be written is written by two processes, the site last.
    """
    internal, public = folder / INTERNAL, folder / PUBLIC
    inputs, code, worker, waiting = {}, package_digest(), None, 0

    @cache
    def read(relation: str) -> tuple[pa.Table, bytes]:
        """A table and what distinguishes it from another one, rows in any order."""
        table = session.table(relation).to_arrow_table()
        return table, f"{relation} {sorted(map(str, table.to_pylist()))}".encode()

    try:
        for export, output in EXPORTS.items():
            marts, others = declared[export]["marts"], declared[export]["others"]
            relations = {name: f"{schema}.{name}" for name, schema in others.items()}
            forms = {name: f"public.{name}" for name in declared[export]["public"]}
            if not (marts or forms):
                continue
            digest = hashlib.sha256(code)
            for name in marts:
                digest.update((internal / "parquet" / f"{name}.parquet").read_bytes())
            for relation in (relations | forms).values():
                digest.update(read(relation)[1])
            if export in LAST:
                for _ in range(waiting):
                    worker.result()
                waiting = 0
                digest.update("".join(names_and_sizes(public)).encode())
            inputs[export] = digest.hexdigest()
            if taken_over(release_path, export, inputs[export], public / output):
                continue
            arguments = (
                export, internal / "ai_barometer.duckdb", marts,
                {name: read(relation)[0] for name, relation in forms.items()},
                {name: read(relation)[0] for name, relation in relations.items()},
                public / output, target,
            )
            if export in MEANWHILE:
                worker = worker or Worker()
                worker.submit(write_export, *arguments)
                waiting += 1
            else:
                write_export(*arguments)
        for _ in range(waiting):
            worker.result()
    finally:
        if worker:
            worker.close()
    (internal / INPUTS).write_text(json.dumps(inputs, indent=2) + "\n", encoding="utf-8")


def write_export(
    export: str,
    database: Path,
    mart_names: list[str],
    public: dict[str, pa.Table],
    tables: dict[str, pa.Table],
    output: Path,
    target: Path,
) -> None:
    """Write one export. What draws and writes is imported here: often there is nothing to write.

    Args:
        database: the released database, of which it may read these marts.
        public: the marts that it reads in their public form, by name.
        tables: what it takes beside them, by name.
        output: the file or folder to write, which does not exist yet.
        target: dbt's target folder; pictures are kept there.
    """
    printed = [
        tables[name] for name in ("report_tables", "int_exhibits_captioned", "report_terms")
        if name in tables
    ]
    framing = [tables[name] for name in ("site_texts", "publication") if name in tables]
    with released_marts(database, mart_names, public) as marts:
        if export == "csv":
            from barometer.outputs.exports.marts_as_csv import write_csv_files, write_csv_notes

            write_csv_files(marts, output)
            write_csv_notes(marts, tables["report_terms"], output / "README.txt")
        elif export == "xlsx":
            from barometer.outputs.exports.workbook import write_workbook

            write_workbook(marts, *printed, tables["workbook_columns"], output)
        elif export == "sdmx":
            from barometer.outputs.exports.sdmx import write_sdmx_files

            seeds = [tables[f"sdmx_{name}"] for name in ("components", "codelists", "codes")]
            write_sdmx_files(marts, *seeds, output)
        elif export == "report":
            from barometer.outputs.printed_report.report_folder import write_report

            write_report(marts, *printed, *framing, output, target / "pictures")
        elif export == "quality_report":
            from barometer.outputs.exports.quality_report import write_quality_report

            write_quality_report(marts, tables["report_terms"], *framing, output)
        elif export == "site":
            from barometer.outputs.site.site_folder import write_site

            names = ("tables", "captions", "terms")
            write_site(marts, dict(zip(names, printed, strict=True)), tables, output)
        elif export == "front_page":
            from barometer.outputs.exports.front_page import write_front_page

            write_front_page(marts, tables["report_terms"], *framing, EXPORTS, output)


def names_and_sizes(folder: Path) -> list[str]:
    """Each file of a part of a release with its size, in alphabetical order."""
    return [f"{name} {(folder / name).stat().st_size} " for name in file_names(folder)]


def package_digest() -> bytes:
    """What all exports follow from: this package, and the versions of those that it uses."""
    versions = {package: version(package) for package in PACKAGES}
    return json.dumps([file_digests({}), versions], sort_keys=True).encode()


def taken_over(release_path: Path, export: str, inputs: str, output: Path) -> bool:
    """Copy an export of the last release, where it has the same inputs and nobody changed it."""
    try:
        before = json.loads((release_path / INTERNAL / INPUTS).read_text(encoding="utf-8"))
        published = listed(release_path / PUBLIC, output.name)
    except (OSError, ValueError):
        return False
    source = release_path / PUBLIC / output.name
    if before.get(export) != inputs or digests(release_path / PUBLIC, source) != published:
        return False
    if source.is_dir():
        shutil.copytree(
            source, output,
            ignore=lambda _, names: [name for name in names if is_left_by_machine(Path(name))],
        )
    else:
        shutil.copy2(source, output)
    return True


@contextmanager
def released_marts(
    database: Path, mart_names: list[str], public: Mapping[str, pa.Table]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose schema `marts` holds these marts alone: of a released database, and in
    their public form.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{sql_text(database)}' as released (read_only)")
        connection.execute("create schema marts")
        for name in mart_names:
            connection.execute(
                f"create view marts.{name} as select * from released.marts.{name}"
            )
        for name, table in public.items():
            connection.register("rows_of_mart", table)
            connection.execute(f"create table marts.{name} as select * from rows_of_mart order by all")
            connection.unregister("rows_of_mart")
        yield connection


def marts_stored_in_order(manifest: Mapping) -> set[str]:
    """Marts that say in `meta.stored_in_order` that the rows of an edition are in order already."""
    return {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("meta", {}).get("stored_in_order")
    }


def write_database(
    session: duckdb.DuckDBPyConnection,
    mart_names: list[str],
    path: Path,
    stored_in_order: Set[str] = frozenset(),
    in_lake: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Copy the marts, in the order of their columns, with the descriptions of each.

    Args:
        stored_in_order: marts whose rows of an edition are copied as they are stored.
        in_lake: SQL of marts that stay where an engine wrote them, by name.
    """
    # A build does not keep the order of rows (profiles.yml); a copy of what is in order does.
    session.execute("set preserve_insertion_order = true")
    session.execute(f"attach '{sql_text(path)}' as released (storage_version '{STORAGE_VERSION}')")
    try:
        session.execute("create schema released.marts")
        for name in mart_names:
            if name in in_lake:
                session.execute(f"create view released.marts.{name} as {in_lake[name]}")
                continue
            if name in stored_in_order:
                copy_in_order(session, name)
                continue
            session.execute(
                f"create table released.marts.{name} as select * from marts.{name} order by all"
            )
        for statement in comment_statements(session, mart_names):
            session.execute(statement)
        session.execute("checkpoint released")
    finally:
        session.execute("detach released")


def copy_in_order(session: duckdb.DuckDBPyConnection, name: str) -> None:
    """Copy a large mart, edition by edition, without sorting it again."""
    session.execute(f"create table released.marts.{name} as select * from marts.{name} limit 0")
    for (edition,) in session.execute(
        f"select distinct edition from marts.{name} order by edition"
    ).fetchall():
        session.execute(
            f"insert into released.marts.{name} select * from marts.{name} where edition = $1",
            [edition],
        )


def comment_statements(session: duckdb.DuckDBPyConnection, mart_names: list[str]) -> list[str]:
    """SQL that gives the released marts the descriptions that dbt persisted."""
    warehouse = session.sql("select current_database()").fetchone()[0]
    comments = session.execute(
        """
        select 'table', table_name, null as column_name, comment
        from duckdb_tables()
        where database_name = $1 and schema_name = 'marts' and comment is not null
        union all
        select 'view', view_name, null as column_name, comment
        from duckdb_views()
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
    """One Parquet file a mart, its rows as the database has them; returns rows by mart.

    One thread, so that bytes never vary.
    """
    folder.mkdir()
    with duckdb.connect(str(database), read_only=True, config={"threads": 1}) as connection:
        for name in mart_names:
            connection.execute(
                f"copy marts.{name} "
                f"to '{sql_text(place(folder, f'{name}.parquet'))}' (format parquet, compression zstd)"
            )
        return {
            name: connection.sql(f"select count(*) from marts.{name}").fetchone()[0]
            for name in mart_names
        }


def write_manifest(
    folder: Path, editions: list[dict], row_counts: dict[str, int], microdata: Sequence[dict] = ()
) -> None:
    """Write manifest.json of a part of a release, with an entry a file: file, row_count, sha256.

    Args:
        row_counts: of the marts.
        microdata: files of marts that stay in the lake of an engine.
    """
    released = [
        {
            "file": file,
            "row_count": (
                row_counts.get(Path(file).stem) if Path(file).parts[0] in ("parquet", "csv") else None
            ),
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
    if microdata:
        manifest["microdata"] = list(microdata)
    (folder / MANIFEST).write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def git_commit() -> str | None:
    """The commit of the project, with `-dirty` where files differ from it; None outside git, or
    without the program git, which is said.
    """
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        print(
            f"program git: found none that runs ({error.strerror}); expected git, for the commit in "
            f"{MANIFEST}; the release is written without it"
        )
        return None
    return described.stdout.strip() or None
