"""The folder that both DuckDB and the engine see, and the tables in it.

A table is a folder of Parquet files, `<schema>/<name>/<run>/`, written once: a run of dbt that makes
it again writes beside it, so that whoever reads the one before never sees half of either.
"""

import os
import re
import shutil
import threading
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from barometer.inputs.pseudonyms import KEY_VARIABLE
from barometer.system.warehouse import sql_text

# What `view_of` makes: the folder, and whether it has one of each edition in it.
VIEW_OF_LAKE = re.compile(r"read_parquet\('([^']+?)/(edition=\*/)?\*\.parquet'")

# The invocation id of dbt and, of a table that DuckDB wrote, the number that it had there.
RUN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-\d+)?")


def view_of(folder: str, columns: list[tuple[str, str]], is_by_edition: bool = False) -> str:
    """SQL of the rows in a folder of the lake, with the types that DuckDB has them in."""
    values = ", ".join(f'"{name}"::{kind} as "{name}"' for name, kind in columns)
    files = "edition=*/*.parquet" if is_by_edition else "*.parquet"
    return (
        f"select {values} from read_parquet('{sql_text(folder)}/{files}', "
        f"hive_partitioning = {is_by_edition}, hive_types_autocast = false)"
    )


class Lake:
    """The folder at a path or, for DuckDB and the engine alike, an address such as `s3://bucket/x`."""

    def __init__(self, root: str):
        self.root, self.key_lock = root.rstrip("/"), threading.Lock()
        if self.root and self.is_local:
            # The engine runs in another folder.
            self.root = os.path.abspath(self.root)

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of a file system, whose files can be counted, given modes, removed."""
        return "://" not in self.root

    def table(self, schema: str, name: str, run: str) -> str:
        """The folder of a table that a run of dbt makes."""
        return f"{self.root}/{schema}/{name}/{run}"

    def prepare(self, folder: str) -> None:
        """Make a folder with the mode that the whole has, and empty it."""
        if self.is_local:
            shutil.rmtree(folder, ignore_errors=True)
            missing = [Path(folder)]
            while missing[-1].parent != Path(self.root):
                missing.append(missing[-1].parent)
            for path in reversed(missing):
                path.mkdir(exist_ok=True)
                path.chmod(self.mode)

    @property
    def mode(self) -> int:
        """The mode of the folder: who may read it may read all that is in it."""
        return os.stat(self.root).st_mode & 0o777

    def share(self, folder: str) -> None:
        """Give the files that the build itself wrote in a folder the mode of the whole."""
        if self.is_local:
            for path in Path(folder).iterdir():
                path.chmod(self.mode & 0o666)

    def forget(self, schema: str, kept: Set[str], name: str = "*") -> None:
        """Remove the folders of a table, or of each of a schema, that are not among these."""
        if self.is_local:
            for folder in Path(self.root, schema).glob(f"{name}/*"):
                if str(folder) not in kept:
                    shutil.rmtree(folder, ignore_errors=True)

    def forget_others(self, folder: str) -> None:
        """Remove what earlier runs left of the table in `folder`."""
        schema, name = folder.split("/")[-3:-1]
        self.forget(schema, {folder}, name)

    @property
    def key_path(self) -> Path:
        """Where the workers find the key of the pseudonyms, while they make them."""
        return Path(self.root, "key")

    @contextmanager
    def key(self) -> Iterator[None]:
        """The key of the pseudonyms where the workers find it, and nowhere after that.

        In a file, because it would be in a plan of the engine, and in its logs, if it went with what
        the engine is asked.
        """
        key = os.environ.get(KEY_VARIABLE, "")
        if not (self.is_local and key):
            yield
            return
        # One model at a time: another one's end would take it away.
        with self.key_lock:
            try:
                self.key_path.touch(mode=0o600)
                self.key_path.write_text(key, encoding="utf-8")
                self.key_path.chmod(self.mode & 0o660)
                yield
            finally:
                self.key_path.unlink(missing_ok=True)

    def tables(self) -> list[Path]:
        """The folder of each table of each run; nothing else that may be in the lake."""
        return sorted(path for path in Path(self.root).glob("*/*/*") if RUN.fullmatch(path.name))

    def empty(self) -> None:
        """Remove every table, and a key that a killed build left."""
        for folder in self.tables():
            shutil.rmtree(folder)
            for parent in (folder.parent, folder.parent.parent):
                with suppress(OSError):
                    parent.rmdir()
        self.key_path.unlink(missing_ok=True)
