"""What tells a release from any other folder: its manifest, and the files that it lists."""

import hashlib
import json
from pathlib import Path

MANIFEST = "manifest.json"

TITLE = "AI-Barometer"

# Packages whose version a release states: what its bytes depend on.
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


def is_release(folder: Path) -> bool:
    """Whether a folder is what `publish` writes; other folders have a manifest.json too."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(manifest, dict)
        and manifest.get("title") == TITLE
        and "duckdb_storage_version" in manifest
    )


def digests(folder: Path, part: Path | None = None) -> dict[str, str]:
    """SHA-256 of each file of a release but its manifest, by path, in alphabetical order.

    Args:
        part: a file or a folder of it, for its files alone.
    """
    part = part or folder
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted([part, *part.rglob("*")])
        if path.is_file() and path != folder / MANIFEST
    }


def refuse_damaged(folder: Path) -> None:
    """Raise ValueError where a release is not, file by file, what its manifest says."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    expected = {entry["file"]: entry["sha256"] for entry in manifest["files"]}
    found = digests(folder)
    for file in sorted(expected.keys() | found.keys()):
        if expected.get(file) != found.get(file):
            raise ValueError(
                f"{folder / file}: found that it is not what was published; expected the file "
                f"that {MANIFEST} lists; nothing was changed"
            )
