"""What this project adds to its DuckDB connection: SQL functions written in Python."""

from dbt.adapters.duckdb.plugins import BasePlugin

from barometer import quantiles
from barometer.csv_files import csv_fault, csv_header
from barometer.pseudonyms import key_fault, pseudonym


class Plugin(BasePlugin):
    """Registers the functions that macros and staging models call.

    pseudonym(identifier varchar, edition_status varchar) -> bigint
    key_fault(edition_status varchar) -> varchar, null where pseudonyms can be made
    csv_fault(path varchar) -> varchar, null for a file without a fault
    csv_header(path varchar) -> varchar[]
    student_t_quantile, student_t_probability, beta_quantile: see barometer.quantiles
    """

    def configure_connection(self, conn):
        conn.create_function(
            "pseudonym", pseudonym, ["VARCHAR", "VARCHAR"], "BIGINT", null_handling="special"
        )
        for function in (key_fault, csv_fault):
            conn.create_function(
                function.__name__,
                function,
                ["VARCHAR"],
                "VARCHAR",
                null_handling="special",
                side_effects=True,
            )
        conn.create_function(
            "csv_header", csv_header, ["VARCHAR"], "VARCHAR[]", side_effects=True
        )
        quantiles.register(conn)
