"""What a model asks of a session, on DuckDB or on a distributed engine."""

import duckdb

from barometer.engine.engine import current_engine
from barometer.inputs.engine_rows import rows_query


class DuckDBSession:
    """A session on the connection of a build. `barometer.engine.spark.SparkSession` is the other one.

    A query may name tables of the warehouse, as the relations that dbt hands to a Python model do,
    and what the session keeps by a name.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self.connection = connection

    def keep(self, name: str, query: str) -> None:
        """Keep the result of a query by a name, in the place of what had it before."""
        self.connection.execute(f"create or replace temporary table {name} as {query}")

    def rows(self, query: str) -> list[tuple]:
        """Rows of a small query."""
        return self.connection.execute(query).fetchall()

    def raw_rows(
        self, files: list[dict], file_kind: str, columns: list[dict], seeds: dict[str, str],
        mappings: list[dict], labels: list[dict],
    ) -> str:
        """A query of the rows of one kind of raw file, as `engine_rows.rows_query` has them."""
        return rows_query(self.connection, files, file_kind, columns, seeds, mappings, labels)

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """The table that a Python model returns."""
        return self.connection.sql(query)


def session_of(connection: duckdb.DuckDBPyConnection):
    """The session that this build makes its models of `responses/` with."""
    engine = current_engine()
    return engine.session(connection) if engine else DuckDBSession(connection)
