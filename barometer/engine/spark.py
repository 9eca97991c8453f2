"""Models that grow with the respondents, made on a Spark Connect server.

A model's SQL is translated and run there; its rows stay where the server writes them, as Parquet in
the lake, and the warehouse has a view of them, so that whatever follows reads it like any table. Of
the tables that a model reads the server reads those that it made itself where they are; the others
are small, and the warehouse writes them to the lake. No row passes through the process of dbt.
"""

import atexit
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import duckdb
from pyspark.sql import DataFrame
from pyspark.sql import SparkSession as Client
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.functions import col
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from barometer.engine.faults import EngineFault
from barometer.engine.lake import VIEW_OF_LAKE, Lake, view_of
from barometer.engine.translation import translated
from barometer.engine.workers import digest_of_files, pseudonym_function, row_group_reader
from barometer.inputs.engine_rows import rows_query
from barometer.inputs.input_files import readable, row_groups
from barometer.system.warehouse import query_of, sql_text

# Types of DuckDB in Spark, which has no unsigned integers.
SPARK_TYPES = {
    "BIGINT": "bigint", "BOOLEAN": "boolean", "DATE": "date", "DOUBLE": "double", "INTEGER": "int",
    "SMALLINT": "smallint", "TIMESTAMP": "timestamp_ntz", "TINYINT": "tinyint",
    "UTINYINT": "smallint", "VARCHAR": "string", "VARCHAR[]": "array<string>",
}
DUCKDB_TYPES = {
    spark: duck for duck, spark in SPARK_TYPES.items() if duck != "UTINYINT"
}

# What the session has otherwise than the server does by itself.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Millions of rows compress to a few megabytes: sent to each worker as a whole, as tables of less
    # than ten are, they fill its memory.
    "spark.sql.autoBroadcastJoinThreshold": "1m",
}

# What of a query asks for the key.
PSEUDONYM = "pseudonym("

# Half a minute for a server that does not answer; by itself a client asks for ten.
PATIENCE = DefaultPolicy(max_retries=6, max_backoff=10_000)


@contextmanager
def in_one_sentence(remote: str) -> Iterator[None]:
    """Say what the server found wrong in one sentence, without its plan and its stack.

    Raises:
        EngineFault: with that sentence.
    """
    try:
        yield
    except Exception as error:
        raise EngineFault(remote, error) from None


def connected(remote: str, lake: Lake) -> Client:
    """A client of a server, with the settings and the functions of this project."""
    client = Client.builder.remote(remote).create()
    client.client.set_retry_policies([PATIENCE])
    # At the end of Python it would ask the server, be it gone, to forget models that nobody made.
    atexit.unregister(client.client._cleanup_ml_cache)
    for name, value in SETTINGS.items():
        client.conf.set(name, value)
    client.udf.register("pseudonym", pseudonym_function(lake.key_path))
    return client


class SparkSession:
    """A session on the engine, with the catalogue of the warehouse; see `DuckDBSession`.

    Args:
        engine: the `barometer.engine.engine.Engine` of this run.
        connection: the warehouse.
    """

    def __init__(self, engine, connection: duckdb.DuckDBPyConnection):
        self.engine, self.connection = engine, connection
        self.client, self.lake = engine.client, engine.lake

    def keep(self, name: str, query: str) -> None:
        """Keep the result of a query by a name, in the place of what had it before."""
        frame = self.frame(query)
        self.read(self.write(frame, "steps", name), frame.schema, name)

    def rows(self, query: str) -> list[tuple]:
        """Rows of a small query."""
        with in_one_sentence(self.engine.remote):
            return [tuple(row) for row in self.frame(query).collect()]

    def sql(self, query: str) -> "Kept":
        """The table that a Python model returns."""
        return Kept(self, self.frame(query))

    def frame(self, query: str) -> DataFrame:
        """A query of DuckDB's, to be run on the engine."""
        return self.client.sql(translated(query, self.view, self.names_of))

    def names_of(self, relation: str) -> list[str]:
        """Columns of a table of the warehouse."""
        return [name for name, _ in self.columns_of(f"select * from {relation}")]

    def columns_of(self, query: str) -> list[tuple[str, str]]:
        """Names and types of DuckDB's of the columns of a query."""
        return [row[:2] for row in self.connection.execute(f"describe {query}").fetchall()]

    def view(self, schema: str, name: str) -> str:
        """The engine's view of a table of the warehouse, which is made."""
        view = f"{schema}__{name}"
        definition = self.connection.execute(
            "select sql from duckdb_views() where schema_name = ? and view_name = ?", [schema, name]
        ).fetchone()
        found = definition and VIEW_OF_LAKE.search(definition[0])
        if definition and not found:
            self.frame(query_of(definition[0])).createOrReplaceTempView(view)
            return view
        folder = found[1] if found else self.handed_over_folder(schema, name)
        with self.engine.lock:
            # Once a run: of its files the server reads the ends to know its columns.
            if self.engine.views.get(view) != folder:
                query = f'select * from "{schema}"."{name}"'
                columns = self.columns_of(query)
                if not found:
                    self.hand_over(query, columns, folder)
                self.read(folder, schema_of(columns), view)
                self.engine.views[view] = folder
        return view

    def handed_over_folder(self, schema: str, name: str) -> str:
        """Where a small table of the warehouse is handed over; one that is made again has another."""
        (table,) = self.connection.execute(
            "select table_oid from duckdb_tables() where schema_name = ? and table_name = ?",
            [schema, name],
        ).fetchone()
        return f"{self.engine.folder(schema, name)}-{table}"

    def hand_over(self, query: str, columns: list[tuple[str, str]], folder: str) -> None:
        """Have DuckDB write a query to a folder of the lake, in the place of what earlier runs did."""
        self.write_rows(query, columns, folder)
        self.lake.forget_others(folder)

    def write_rows(self, query: str, columns: list[tuple[str, str]], folder: str) -> None:
        """Have DuckDB write a query to a folder of the lake, as one file."""
        self.lake.prepare(folder)
        values = ", ".join(
            f'"{name}"::smallint as "{name}"' if kind == "UTINYINT" else f'"{name}"'
            for name, kind in columns
        )
        self.connection.execute(
            f"copy (select {values} from ({query})) to '{sql_text(folder)}/all.parquet' (format parquet)"
        )
        self.lake.share(folder)

    def write(
        self, frame: DataFrame, schema: str, name: str, is_by_edition: bool = False
    ) -> str:
        """Have the engine write a frame to the lake; the folder it is in."""
        folder = self.engine.folder(schema, name)
        self.lake.prepare(folder)
        parts = ["edition"] if is_by_edition else []
        with in_one_sentence(self.engine.remote):
            frame.write.mode("overwrite").partitionBy(*parts).parquet(folder)
        files = self.connection.execute(f"select count(*) from glob('{sql_text(folder)}/**/*.parquet')")
        if files.fetchone() == (0,):
            # Not every server writes a file of no rows.
            columns = [column for column in duckdb_columns(frame) if column[0] not in parts]
            nothing = ", ".join(f'null::{kind} as "{name}"' for name, kind in columns)
            place = f"{folder}/edition=0" if parts else folder
            self.write_rows(f"select {nothing} where false", columns, place)
        if schema == "steps":
            self.lake.forget_others(folder)
        return folder

    def read(self, folder: str, schema, name: str) -> None:
        """Give what a folder holds a name on the engine, with the types of a schema.

        Whole numbers may be written wider than they were said to be.
        """
        columns = [col(field.name).cast(field.dataType) for field in schema]
        self.client.read.parquet(folder).select(columns).createOrReplaceTempView(name)

    def make(self, schema: str, name: str, query: str, is_by_edition: bool = False) -> str:
        """Make a model of SQL on the engine; SQL of a view of it.

        Args:
            is_by_edition: whether each edition has a folder of its own.
        """
        columns = self.columns_of(query)
        with self.lake.key() if PSEUDONYM in query else nullcontext():
            folder = self.write(self.frame(query), schema, name, is_by_edition)
        return view_of(folder, columns, is_by_edition)

    def digests(self, files: list[str]) -> dict[str, str]:
        """SHA-256 of files of the lake, by name; the workers read them."""
        frame = self.client.createDataFrame([(file,) for file in files], "file string")
        read = frame.repartition(len(files), "file").mapInArrow(
            digest_of_files, "file string, sha256 string"
        )
        return dict(tuple(row) for row in read.collect())

    def is_of_grain(self, schema: str, name: str, grain: list[str]) -> bool:
        """Whether no two rows of a table share these columns, and none lacks one."""
        columns = ", ".join(grain)
        found = self.rows(
            f"select count(*) from (select {columns} from {schema}.{name} group by {columns} "
            f"having count(*) > 1 or {' is null or '.join(grain)} is null) as faulty"
        )
        return found == [(0,)]

    def raw_rows(
        self, files: list[dict], file_kind: str, columns: list[dict], seeds: dict[str, str],
        mappings: list[dict], labels: list[dict],
    ) -> str:
        """A query of the rows of one kind of raw file, as `engine_rows.rows_query` has them.

        Parquet files are read by the workers, a row group at a time; the others by DuckDB.
        """
        parquet, others = [], []
        for file in files:
            (parquet if file["file_name"].endswith(".parquet") else others).append(file)
        read = rows_query(
            self.connection, files, file_kind, columns, seeds, mappings, labels, others
        )
        types = self.columns_of(read)
        folder = self.engine.folder("steps", f"raw_{file_kind}_read")
        self.hand_over(read, types, folder)
        schema = schema_of(types)
        self.read(folder, schema, f"raw_{file_kind}_read")
        parts = [(part,) for part in row_group_parts(parquet, file_kind, columns)]
        if not parts:
            return f"select * from raw_{file_kind}_read"
        frame = self.client.createDataFrame(parts, "part string")
        rows = frame.repartition(len(parts), "part").mapInArrow(
            row_group_reader(to_arrow_schema(schema)), schema
        )
        rows.createOrReplaceTempView(f"raw_{file_kind}_parts")
        return f"select * from raw_{file_kind}_read union all select * from raw_{file_kind}_parts"


class Kept:
    """What a Python model returns."""

    def __init__(self, session: SparkSession, frame: DataFrame):
        self.session, self.frame = session, frame

    def make(self, schema: str, name: str) -> str:
        """Have the engine write it as the table of a model; SQL of a view of it."""
        folder = self.session.write(self.frame, schema, name)
        return view_of(folder, duckdb_columns(self.frame))


def row_group_parts(files: list[dict], file_kind: str, columns: list[dict]) -> Iterator[str]:
    """What a worker needs to know to read a row group, as JSON: a text for each of some files."""
    for file, names in readable(files, file_kind, columns):
        known = {key: file[key] for key in ("edition", "file_name", "column_names")}
        known["path"] = os.path.abspath(file["file_name"])
        for number, lines_before in row_groups(file):
            yield json.dumps(
                {"file": known, "names": names, "number": number, "lines_before": lines_before}
            )


def schema_of(columns: list[tuple[str, str]]) -> StructType:
    """The schema on the engine of columns of DuckDB's."""
    return StructType.fromDDL(
        ", ".join(f"`{name}` {SPARK_TYPES[kind]}" for name, kind in columns)
    )


def duckdb_columns(frame: DataFrame) -> list[tuple[str, str]]:
    """Names and types of DuckDB's of the columns of a frame."""
    return [(field.name, DUCKDB_TYPES[field.dataType.simpleString()]) for field in frame.schema]
