"""The engine of a run of dbt: a Spark Connect server and a folder that it and DuckDB both see."""

import importlib.util
import os
import socket
import sys
import threading
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
from dbt_common.invocation import get_invocation_id

from barometer.engine.faults import AS_IT_WAS, EngineFault, first_line
from barometer.engine.lake import Lake
from barometer.inputs.pseudonyms import SYNTHETIC_KEY, keyed, keyed_states
from barometer.system.warehouse import sql_text

REMOTE_VARIABLE, LAKE_VARIABLE = "BAROMETER_SPARK_REMOTE", "BAROMETER_LAKE"

# Spark Connect of the versions before lacks functions that the models call.
LEAST_VERSION = 4

DEFAULT_PORT = 15002

# What of the mode of a folder is for everybody.
OTHERS = 0o007

SECONDS_TO_ANSWER = 10

# The engine of this run of dbt; None where DuckDB makes every model.
current: "Engine | None" = None


def use_engine(remote: str | None, lake: str | None) -> None:
    """Have this run make what grows with the respondents on an engine, or on DuckDB."""
    global current
    current = None if remote is None else Engine(remote, lake)


def current_engine() -> "Engine | None":
    """The engine that this run uses."""
    return current


class Engine:
    """What profiles.yml says of it; it is asked for nothing before a model needs it.

    Args:
        remote: address of the server, `sc://host:port`.
        lake: the folder.
    """

    def __init__(self, remote: str, lake: str):
        self.remote, self.lake = remote, Lake(lake)
        # By the names of the server's views of tables that this run read, the folders that they read.
        self.views: dict[str, str] = {}
        self.lock = threading.RLock()

    @cached_property
    def client(self):
        """The client, connected."""
        from barometer.engine.spark import connected

        return connected(self.remote, self.lake)

    def session(self, connection: duckdb.DuckDBPyConnection):
        """A session for one model."""
        from barometer.engine.spark import SparkSession

        with self.lock:
            return SparkSession(self, connection)

    def made(
        self, connection: duckdb.DuckDBPyConnection, schema: str, name: str, query: str,
        is_by_edition: bool,
    ) -> dict[str, str]:
        """Make a model of SQL: `view`, SQL of a view of it, or `fault`, a sentence.

        Args:
            is_by_edition: whether each edition has a folder of its own.
        """
        try:
            return {"view": self.session(connection).make(schema, name, query, is_by_edition)}
        except Exception as error:
            return {"fault": str(EngineFault(self.remote, error))}

    def folder(self, schema: str, name: str) -> str:
        """Where a table that this run makes is."""
        return self.lake.table(schema, name, get_invocation_id())

    def fault_of_made(
        self, connection: duckdb.DuckDBPyConnection, schema: str, name: str, grain: list[str]
    ) -> str | None:
        """What is wrong with a table that was made: `grain` where rows share these columns or lack one,
        or a sentence; None where all is well, and then what was there before is removed.
        """
        try:
            if grain and not self.session(connection).is_of_grain(schema, name, grain):
                return "grain"
            # What a release refers to goes when none does (barometer/release/microdata_in_lake.py).
            if schema != "marts":
                self.lake.forget_others(self.folder(schema, name))
        except Exception as error:
            return str(EngineFault(self.remote, error))
        return None

    def fault(self, connection: duckdb.DuckDBPyConnection) -> str | None:
        """Why models cannot be made on the engine, as a sentence, or None. It is tried with one row."""
        fault = self.setting_fault() or self.server_fault() or self.trial_fault(connection)
        if not fault and self.lake.is_local and self.lake.mode & OTHERS:
            print(
                f"warning, environment variable {LAKE_VARIABLE}, {self.lake.root}: found a folder that "
                f"everybody on this machine may read (mode {self.lake.mode:o}); expected 700 or 770, for "
                "it holds microdata"
            )
        return fault

    def setting_fault(self) -> str | None:
        """What is wrong with the settings, without asking the server."""
        if not self.remote:
            return (
                f"environment variable {REMOTE_VARIABLE}: found none; expected the address of a "
                f"Spark Connect server, such as sc://host:{DEFAULT_PORT}{AS_IT_WAS}"
            )
        if not self.lake.root:
            return (
                f"environment variable {LAKE_VARIABLE}: found none; expected a folder that the engine "
                f"and this machine both see{AS_IT_WAS}"
            )
        if "=" in self.lake.root:
            return (
                f"environment variable {LAKE_VARIABLE}, {self.lake.root}: found a folder that would be "
                f"read as a column; expected a path without ={AS_IT_WAS}"
            )
        if self.lake.is_local and not os.access(self.lake.root, os.W_OK | os.X_OK):
            found = "no such folder" if not Path(self.lake.root).is_dir() else "a folder without write access"
            return (
                f"environment variable {LAKE_VARIABLE}, {self.lake.root}: found {found}; expected one "
                f"that the engine and this machine both read and write{AS_IT_WAS}"
            )
        if importlib.util.find_spec("pyspark") is None:
            return (
                "package pyspark: found none; expected the client of Spark Connect: "
                "`make spark` installs it" + AS_IT_WAS
            )
        return None

    def server_fault(self) -> str | None:
        """Why the server cannot be reached, or what is wrong with its version."""
        address = urlsplit(self.remote)
        try:
            place = (address.hostname or "", address.port or DEFAULT_PORT)
            socket.create_connection(place, timeout=SECONDS_TO_ANSWER).close()
            version = self.client.version
        except Exception as error:
            # Whatever the client's reason, the server did not answer.
            return (
                f"environment variable {REMOTE_VARIABLE}, {self.remote}: found "
                f"{first_line(error)}; expected a Spark Connect server that answers"
                f"{AS_IT_WAS}"
            )
        if int(version.split(".")[0]) < LEAST_VERSION:
            return (
                f"engine {self.remote}: found Spark {version}; expected {LEAST_VERSION} or later"
                f"{AS_IT_WAS}"
            )
        return None

    def trial_fault(self, connection: duckdb.DuckDBPyConnection) -> str | None:
        """Whether the server reads what DuckDB writes, DuckDB what the server writes, and workers run Python."""
        identifier = os.urandom(8).hex()
        session = self.session(connection)
        given, types = self.folder("steps", "trial_given"), [("identifier", "VARCHAR")]
        try:
            from barometer.engine.spark import schema_of

            session.hand_over(f"select '{identifier}' as identifier", types, given)
            session.read(given, schema_of(types), "trial")
            query = "select pseudonym(identifier, 'synthetic') as pseudonym from trial"
            made = session.write(session.client.sql(query), "steps", "trial")
            found = connection.execute(f"from read_parquet('{sql_text(made)}/*.parquet')").fetchall()
        except Exception as error:
            python = ".".join(map(str, sys.version_info[:2]))
            return (
                f"engine {self.remote}: found {first_line(error)}; expected it to read and write {self.lake.root}, "
                f"as this machine does, and to run Python {python} with pyarrow{AS_IT_WAS}"
            )
        if found != [(keyed(identifier.encode(), *keyed_states(SYNTHETIC_KEY.encode())),)]:
            return (
                f"environment variable {LAKE_VARIABLE}, {self.lake.root}: found another folder of that "
                f"name on the engine; expected one that the engine and this machine both see{AS_IT_WAS}"
            )
        return None
