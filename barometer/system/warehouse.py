"""The database of a build: why it cannot be opened, and texts in its SQL."""

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

# What DuckDB raises for a file that it cannot read, be it in use.
DAMAGED = (
    duckdb.IOException, duckdb.FatalException, duckdb.InternalException,
    duckdb.SerializationException,
)


CREATE_VIEW = re.compile("^create view .*? as ", re.IGNORECASE | re.DOTALL)

# Names that DuckDB has for databases and schemas of its own, and the one that a release is written under.
TAKEN_NAMES = {"main", "temp", "system", "information_schema", "pg_catalog", "released"}


def name_fault(path: Path, schemas: Iterable[str]) -> str | None:
    """Why a database cannot have the name that its file gives it, as a sentence, or None.

    In SQL `marts.x` is a table of the database `marts`, where there is one, before it is one of a schema.

    Args:
        path: the file.
        schemas: those in it.
    """
    taken = sorted({*schemas, *TAKEN_NAMES})
    if path.stem.lower() not in taken:
        return None
    return (
        f"profiles.yml, path {path}: found a database named {path.stem}, which is the name of a schema "
        f"in it; expected another name than {', '.join(taken)}; the release stays as it was"
    )


def warehouse_fault(path: Path, config: dict | None = None) -> str | None:
    """Open a warehouse, and close it; why that failed, as a sentence, or None.

    Args:
        path: the file, which is made where there is none.
        config: settings of DuckDB.
    """
    try:
        duckdb.connect(str(path), config=config or {}).close()
    except DAMAGED as error:
        holder = re.search(r"Conflicting lock is held in .*\(PID (\d+)\)", str(error))
        if holder:
            return (
                f"{path}: found it in use by process {holder[1]}, another build or a reader; "
                "expected it free; wait until that ends, and read the release instead"
            )
        return (
            f"{path}: found a file that cannot be opened ({str(error).splitlines()[0]}); expected "
            f"the database of a build; delete it and {path}.wal, if that is there: the next whole "
            "build makes it anew; the release stays as it was"
        )
    return None


def query_of(definition: str) -> str:
    """The query of a view, as `duckdb_views()` has its definition."""
    return CREATE_VIEW.sub("", definition.rstrip("; \n"), count=1)


def sql_text(value: object) -> str:
    """A value as it is written between the quotes of a SQL text."""
    return str(value).replace("'", "''")
