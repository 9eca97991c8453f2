"""What this project adds to its DuckDB connection: the SQL function `pseudonym`."""

from dbt.adapters.duckdb.plugins import BasePlugin

from barometer.pseudonyms import pseudonym


class Plugin(BasePlugin):
    """Registers `pseudonym(identifier varchar, status varchar) -> bigint`."""

    def configure_connection(self, conn):
        conn.create_function(
            "pseudonym", pseudonym, ["VARCHAR", "VARCHAR"], "BIGINT", null_handling="special"
        )
