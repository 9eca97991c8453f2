"""What this project adds to its DuckDB connection: SQL functions written in Python."""

import json
import os
from pathlib import Path

import dbt_barometer
import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from barometer.engine.engine import current_engine, use_engine
from barometer.inputs.pseudonyms import key_fault, pseudonyms
from barometer.inputs.seed_files import csv_fault, csv_header
from barometer.method import quantiles
from barometer.release import expectations
from barometer.release.last_release import last_release, other_key_than
from barometer.release.microdata_in_lake import released_mart
from barometer.release.release_folder import parse_keep_releases
from barometer.system.warehouse import name_fault, warehouse_fault


class Plugin(BasePlugin):
    """Registers the functions that macros and models call.

    Its configuration in profiles.yml, of a target with an engine, is `remote`, the address of a
    Spark Connect server, and `lake`, the folder that both see.

    pseudonym(identifier varchar, edition_status varchar) -> bigint
    key_fault(edition_status varchar) -> varchar, what was found; null where pseudonyms can be made
    other_key_than(release_path varchar, edition_status varchar) -> varchar, the last release where
        it was made with another key
    csv_fault(path varchar) -> varchar, null for a file without a fault
    csv_header(path varchar) -> varchar[]
    last_release(release_path varchar) -> varchar, null before the first release
    released_mart(folder varchar, name varchar) -> varchar, SQL of its rows
    lake_folder(schema varchar, name varchar) -> varchar, where this run's table of the engine is
    prepare_expectations(are_asked boolean) -> boolean, whether another process prepares for them
    release_run(outcomes varchar) -> varchar, null or why a release could not be written
    engine_fault() -> varchar, null or why the engine cannot be used
    made_on_engine(schema varchar, name varchar, query varchar, is_by_edition boolean) -> varchar,
        JSON: `view`, SQL of a view of what the engine made, or `fault`
    fault_on_engine(schema varchar, name varchar, grain varchar[]) -> varchar, null, `grain` or why
        what it made cannot be kept; once kept, what was there before is gone
    student_t_quantile, student_t_probability, beta_quantile: see barometer.method.quantiles
    """

    def initialize(self, plugin_config):
        # The warehouse holds microdata: it is for the account that builds, and so are the
        # files that DuckDB writes beside it.
        os.umask(0o077)

        use_engine(plugin_config.get("remote"), plugin_config.get("lake"))

    def update_connection_config(self, creds, config):
        fault = name_fault(Path(creds.path), dbt_barometer.schemas()) or warehouse_fault(
            Path(creds.path), config
        )
        if fault:
            raise DbtRuntimeError(fault)

    def configure_connection(self, conn):
        if Path(self.creds.path).exists():
            Path(self.creds.path).chmod(0o600)

        def release_run(outcomes):
            return fault_of_release(conn, json.loads(outcomes))

        def made_on_engine(schema, name, query, is_by_edition):
            return json.dumps(
                current_engine().made(conn.cursor(), schema, name, query, is_by_edition)
            )

        def engine_fault():
            return current_engine() and current_engine().fault(conn.cursor())

        def lake_folder(schema, name):
            return current_engine().folder(schema, name)

        def fault_on_engine(schema, name, grain):
            return current_engine().fault_of_made(conn.cursor(), schema, name, grain)

        for function, arguments, returned in (
            (fault_on_engine, ["VARCHAR", "VARCHAR", "VARCHAR[]"], "VARCHAR"),
            (made_on_engine, ["VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN"], "VARCHAR"),
            (engine_fault, [], "VARCHAR"),
            (key_fault, ["VARCHAR"], "VARCHAR"),
            (other_key_than, ["VARCHAR", "VARCHAR"], "VARCHAR"),
            (csv_fault, ["VARCHAR"], "VARCHAR"),
            (csv_header, ["VARCHAR"], "VARCHAR[]"),
            (last_release, ["VARCHAR"], "VARCHAR"),
            (released_mart, ["VARCHAR", "VARCHAR"], "VARCHAR"),
            (lake_folder, ["VARCHAR", "VARCHAR"], "VARCHAR"),
            (prepare_expectations, ["BOOLEAN"], "BOOLEAN"),
            (release_run, ["VARCHAR"], "VARCHAR"),
        ):
            conn.create_function(
                function.__name__,
                function,
                arguments,
                returned,
                null_handling="special",
                side_effects=True,
            )
        conn.create_function(
            "pseudonym", pseudonyms, ["VARCHAR", "VARCHAR"], "BIGINT",
            type="arrow", null_handling="special",
        )
        quantiles.register(conn)


def prepare_expectations(are_asked: bool) -> bool:
    """Have Great Expectations imported in another process, where it will be asked."""
    if are_asked:
        expectations.prepare()
    return are_asked


def fault_of_release(
    connection: duckdb.DuckDBPyConnection, outcomes: dict[str, list]
) -> str | None:
    """Release what this run of dbt left, where it may be; why that failed, or None.

    Args:
        connection: the warehouse; it is in a query, so that another connection to it is made.
        outcomes: status and number of failures of each node of the run, by unique_id.
    """
    # Drawing and writing are of no use to any other command.
    from barometer.release.gate import Run
    from barometer.release.publish import publish

    flags, variables = get_flags(), dbt_barometer.variables_of_run()
    try:
        if dbt_barometer.manifest is None:
            raise ValueError("found --no-write-json; expected dbt's manifest, for the docs and state")
        with connection.cursor() as session:
            publish(
                session,
                Run(
                    manifest=dbt_barometer.manifest,
                    outcomes={node: tuple(outcome) for node, outcome in outcomes.items()},
                    release_path=Path(variables.pop("release_path")),
                    keep_releases=parse_keep_releases(variables.pop("keep_releases")),
                    variables=variables,
                    arguments={
                        name: getattr(flags, name.upper(), None)
                        for name in ("select", "exclude", "selector", "state", "empty", "sample",
                                     "resource_types", "exclude_resource_types", "defer",
                                     "indirect_selection")
                    },
                ),
                Path(flags.PROJECT_DIR, flags.TARGET_PATH or "target"),
            )
    except (LookupError, OSError, ValueError, duckdb.Error) as fault:
        return str(fault)
    return None
