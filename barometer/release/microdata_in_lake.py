"""Microdata marts that an engine made and that stay where it wrote them: a release refers to them.

The manifest of the internal part lists their files under `microdata`, each with the mart, its edition,
rows and SHA-256; the database of the release has a view of them. A folder of the lake goes when no
release beside this one refers to it any more.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from barometer.engine.engine import current_engine
from barometer.engine.lake import VIEW_OF_LAKE
from barometer.release.release_folder import earlier_releases, previous_folder, resolved
from barometer.release.release_manifest import INTERNAL, MANIFEST
from barometer.system.warehouse import query_of, sql_text

EDITION = re.compile(r"/edition=(\d+)/")


def marts_in_lake(session: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """SQL of each mart that is in the lake, by its name."""
    views = session.execute(
        "select view_name, sql from duckdb_views() where schema_name = 'marts' order by view_name"
    ).fetchall()
    return {name: query_of(sql) for name, sql in views if VIEW_OF_LAKE.search(sql)}


def listed_files(session: duckdb.DuckDBPyConnection, marts: Mapping[str, str]) -> list[dict]:
    """The files of these marts: mart, edition, file, row_count, sha256.

    Rows are counted by what is at the end of each file; the workers of the engine read the rest.
    """
    counted = [
        (name, file, row_count)
        for name, sql in marts.items()
        for file, row_count in session.execute(
            "select file_name, num_rows from parquet_file_metadata("
            f"'{sql_text(VIEW_OF_LAKE.search(sql)[1])}/edition=*/*.parquet') order by file_name"
        ).fetchall()
    ]
    if not counted:
        return []
    digests = current_engine().session(session).digests([file for _, file, _ in counted])
    return [
        {
            "mart": name, "edition": int(EDITION.search(file)[1]), "file": file,
            "row_count": row_count, "sha256": digests[file],
        }
        for name, file, row_count in counted
    ]


def released_microdata(folder: Path) -> list[dict]:
    """`listed_files` of a release, by the folder of its internal part; none where it has none."""
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("microdata", [])
    except (OSError, ValueError):
        return []


def released_mart(folder: str, name: str) -> str:
    """SQL of the rows of a mart as a release has them.

    Args:
        folder: the internal part of the release.
    """
    if any(entry["mart"] == name for entry in released_microdata(Path(folder))):
        with duckdb.connect(str(Path(folder) / "ai_barometer.duckdb"), read_only=True) as database:
            return f"({marts_in_lake(database)[name]})"
    # The name of a folder, such as edition=2001, is no column.
    path = Path(folder) / "parquet" / f"{name}.parquet"
    return f"read_parquet('{sql_text(path)}', hive_partitioning = false)"


def forget_unreferenced(release_path: Path) -> None:
    """Remove what the lake has of marts that no release refers to: the one at a path, and those before."""
    lake, path = current_engine().lake, resolved(release_path)
    releases = [path, *(previous_folder(path) / name for name in earlier_releases(path))]
    lake.forget(
        "marts",
        kept={folder for release in releases for folder in folders_of(release / INTERNAL)},
    )


def folders_of(release: Path) -> Iterator[str]:
    """Folders of the lake that hold a released mart."""
    for entry in released_microdata(release):
        yield entry["file"][: EDITION.search(entry["file"]).start()]
