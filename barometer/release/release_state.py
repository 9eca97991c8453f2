"""What a release carries for the next build to start from, in its folder `state`.

    state/manifest.json          dbt's manifest of the build, for `dbt build --state`
    state/<model>.parquet        what comparisons need of an edition that is not built again
    state/files.json             SHA-256 of what dbt does not look into: raw files, this package
    state/pseudonym_key.json     a fingerprint of the key of the pseudonyms, once an edition is real
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from barometer.inputs.input_files import FILE_KINDS
from barometer.inputs.pseudonyms import key_fingerprint
from barometer.outputs.docs.public_manifest import public_manifest
from barometer.system.whole_files import place

PACKAGE = Path(__file__).parents[1]

KEY_FILE = "pseudonym_key.json"

KEEPING_HOOK = "keep_released_rows"


def write_state(
    session: duckdb.DuckDBPyConnection, manifest: Mapping, folder: Path, last_state: Path | None
) -> None:
    """Write the folder.

    Args:
        session: connection to the warehouse.
        manifest: dbt's manifest of this build.
        folder: the folder to write, which does not exist yet.
        last_state: the same of the last release; None before the first.
    """
    folder.mkdir()
    for node in kept_tables(manifest):
        rows = session.sql(f"select * from {node['schema']}.{node['name']} order by all")
        pq.write_table(
            rows.to_arrow_table(), place(folder, f"{node['name']}.parquet"), compression="zstd"
        )
    contents = {
        "manifest.json": public_manifest(manifest),
        "files.json": file_digests(dict(raw_file_names(staged_files(session)))),
    }
    statuses = session.sql("select distinct status from marts.dim_editions").fetchall()
    if set(statuses) - {("synthetic",)}:
        # The first one stays: another key is refused.
        fingerprint = released_fingerprint(last_state) or key_fingerprint()
        contents[KEY_FILE] = {"fingerprint": fingerprint}
    for name, content in contents.items():
        (folder / name).write_text(
            json.dumps(content, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def released_fingerprint(state: Path | None) -> int | None:
    """The fingerprint of the key that a release was made with; None where it has none."""
    if state is None or not (state / KEY_FILE).exists():
        return None
    return json.loads((state / KEY_FILE).read_text(encoding="utf-8"))["fingerprint"]


def is_other_key(status: str, state: Path | None) -> bool:
    """Whether the key in the environment would give enterprises other pseudonyms than a release did.

    Args:
        status: of the edition to be made; a synthetic one has the public key, always.
        state: the folder of the release; None before the first.
    """
    if status == "synthetic" or key_fingerprint() is None:
        return False
    return released_fingerprint(state) not in (None, key_fingerprint())


def staged_files(session: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Edition and path of each raw file that the warehouse was made of."""
    return session.sql(
        """
        select distinct edition, file_name from responses.stg_sample
        union
        select distinct edition, file_name from responses.stg_responses
        """
    ).fetchall()


def kept_tables(manifest: Mapping) -> list[dict]:
    """The models, marts aside, whose rows the next build keeps of editions not built."""
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] != "marts"
        and any(KEEPING_HOOK in hook["sql"] for hook in node["config"]["post-hook"])
    ]


def changes_unseen(folder: Path, raw_files: list[tuple[int, str]]) -> list[str]:
    """What differs from a release and is not in dbt's own comparison with it.

    dbt takes a seed of more than a megabyte for unchanged, knows nothing of the raw files of
    real editions, and of a Python model only the file that calls this package.

    Args:
        folder: the `state` of the release.
        raw_files: edition and path of each raw file that the warehouse was made of.

    Returns:
        Names as `files.json` has them, in alphabetical order; none where the release has no
        such file. A raw file that the release was not made of is not compared.
    """
    try:
        released = json.loads((folder / "files.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    found = file_digests(dict(raw_file_names(raw_files)))
    return sorted(
        name
        for name in released.keys() | found.keys()
        if released.get(name) != found.get(name)
        and (name.startswith(f"{PACKAGE.name}/") or name in released and name in found)
    )


def raw_file_names(raw_files: list[tuple[int, str]]) -> list[tuple[str, Path]]:
    """Raw files by names that say nothing of where they are: edition and file name, and the kind of file
    where that is a folder.
    """
    found = []
    for edition, path in ((edition, Path(path)) for edition, path in raw_files):
        kind = f"{path.parent.name}/" if path.parent.name in FILE_KINDS else ""
        found.append((f"{edition}/{kind}{path.name}", path))
    return found


def file_digests(raw_files: dict[str, Path]) -> dict[str, str]:
    """SHA-256 of raw files, and of this package without what makes synthetic data."""
    package = {
        path.relative_to(PACKAGE.parent).as_posix(): path
        for path in PACKAGE.rglob("*")
        if path.is_file() and not {"__pycache__", "synthetic"} & set(path.relative_to(PACKAGE).parts)
    }
    return {
        name: sha256(path)
        for name, path in (package | raw_files).items()
        if path.exists()
    }


def sha256(path: Path) -> str:
    """SHA-256 of a file, which may be larger than memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
