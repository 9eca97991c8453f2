"""What distinguishes a release from any other folder: its two parts, and the files that each lists."""

import hashlib
import json
import re
from pathlib import Path

MANIFEST = "manifest.json"

# The parts of a release: one for those who may see microdata, one for everybody.
INTERNAL, PUBLIC = "internal", "public"

TITLE = "AI-Barometer"

# What file managers, office programs, editors, notebooks and network drives leave in a folder that
# people look at: nobody published it, and nothing reads it.
LEFT_BY_MACHINES = re.compile(
    r"""\.DS_Store | \._.* | Icon\r | \.AppleDouble | \.Spotlight-V100 | \.Trashes | \.fseventsd
    | Thumbs\.db | desktop\.ini | \$RECYCLE\.BIN | ~\$.*
    | \.~lock\..*\# | \.directory | \.Trash-[0-9]+ | \.[^/]*\.sw[op] | [^/]*~
    | @eaDir | \#recycle | \.nfs[0-9a-f]+ | \.fuse_hidden[0-9a-f]+
    | \.Rhistory | \.RData | \.ipynb_checkpoints | \.dropbox(\..*)? | \.idea | \.vscode""",
    re.VERBOSE | re.IGNORECASE,
)

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
        manifest = json.loads((folder / INTERNAL / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(manifest, dict)
        and manifest.get("title") == TITLE
        and "duckdb_storage_version" in manifest
    )


def is_left_by_machine(path: Path) -> bool:
    """Whether a path within a release is none of a release, or is below one that is none."""
    return any(LEFT_BY_MACHINES.fullmatch(part) for part in path.parts)


def digests(folder: Path, part: Path | None = None) -> dict[str, str]:
    """SHA-256 of each file of a part of a release but its manifest, by path, in alphabetical order.

    What machines leave there is none of it.

    Args:
        part: a file or a folder of it, for its files alone.
    """
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in file_names(folder, part)
    }


def file_names(folder: Path, part: Path | None = None) -> list[str]:
    """The files that `digests` has, by path, in alphabetical order; none is opened."""
    part = part or folder
    return [
        path.relative_to(folder).as_posix()
        for path in sorted([part, *part.rglob("*")])
        if path.is_file()
        and path != folder / MANIFEST
        and not is_left_by_machine(path.relative_to(folder))
    ]


def listed(folder: Path, *parts: str) -> dict[str, str]:
    """SHA-256 of each file of a part of a release as its manifest has it.

    Args:
        parts: names of files and folders in it, for these alone; none for all.

    Raises:
        ValueError: the manifest has no such list.
        OSError: there is no manifest.
    """
    try:
        entries = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        files = {entry["file"]: entry["sha256"] for entry in entries}
    except (ValueError, LookupError, TypeError):
        raise ValueError(
            f"{folder / MANIFEST}: found no list of files; expected each file with its SHA-256, as "
            "it was published; the release stays as it was"
        ) from None
    return {
        file: digest for file, digest in files.items() if not parts or Path(file).parts[0] in parts
    }


def refuse_damaged(folder: Path, *parts: str) -> None:
    """Compare the files of a part of a release with its manifest.

    Args:
        parts: as `listed` has them.

    Raises:
        ValueError: a file is not what was published; the sentence names the first.
        OSError: a file cannot be read.
    """
    expected, found = listed(folder, *parts), {}
    for part in parts or [""]:
        found |= digests(folder, folder / part)
    for file in sorted(expected.keys() | found.keys()):
        if expected.get(file) != found.get(file):
            raise ValueError(
                f"{folder / file}: found that it is not what was published, "
                f"{sha_in_words(found.get(file))}; expected {sha_in_words(expected.get(file))}, as "
                f"{MANIFEST} lists it; the release stays as it was"
            )


def sha_in_words(digest: str | None) -> str:
    """The beginning of a digest, enough to compare two; None is of a file that is not there."""
    return f"SHA-256 {str(digest)[:16]}" if digest else "no file"
