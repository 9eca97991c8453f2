"""What this project adds to its DuckDB connection: SQL functions written in Python."""

import os
import re
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from barometer import quantiles
from barometer.csv_files import csv_fault, csv_header
from barometer.last_release import changes_unseen_since, last_release
from barometer.pseudonyms import key_fault, pseudonym
from barometer.release_folder import kept_count, restore
from barometer.scaffold import scaffold_edition, scaffold_fault
from barometer.whole_files import write_whole


class Plugin(BasePlugin):
    """Registers the functions that macros and staging models call.

    pseudonym(identifier varchar, edition_status varchar) -> bigint
    key_fault(edition_status varchar) -> varchar, null where pseudonyms can be made
    csv_fault(path varchar) -> varchar, null for a file without a fault
    csv_header(path varchar) -> varchar[]
    scaffold_fault(edition integer, raw_path varchar, seeds varchar) -> varchar, null where
        scaffold_edition can do its work
    scaffold_edition(edition integer, raw_path varchar, seeds varchar, target varchar)
        -> varchar[], lines that say what it wrote into the folder target
    restored(release_path varchar, published_at varchar, keep_releases varchar)
        -> struct(is_done boolean, sentence varchar)
    last_release(release_path varchar) -> varchar, null before the first release
    changes_unseen_since(release_path varchar, raw_files varchar[]) -> varchar[]
    kept_manifest(written varchar, kept varchar) -> boolean, whether dbt had written one
    student_t_quantile, student_t_probability, beta_quantile: see barometer.quantiles
    """

    def initialize(self, plugin_config):
        # The warehouse holds microdata: it is for the account that builds, and so are the
        # files that DuckDB writes beside it.
        os.umask(0o077)

    def update_connection_config(self, creds, config):
        fault = warehouse_fault(creds.path, config)
        if fault:
            raise DbtRuntimeError(fault)

    def configure_connection(self, conn):
        if Path(self.creds.path).exists():
            Path(self.creds.path).chmod(0o600)
        conn.create_function(
            "pseudonym", pseudonym, ["VARCHAR", "VARCHAR"], "BIGINT", null_handling="special"
        )
        for function in (key_fault, csv_fault, last_release):
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
        conn.create_function(
            "scaffold_fault",
            scaffold_fault,
            ["INTEGER", "VARCHAR", "VARCHAR"],
            "VARCHAR",
            null_handling="special",
            side_effects=True,
        )
        conn.create_function(
            "scaffold_edition",
            scaffold_edition,
            ["INTEGER", "VARCHAR", "VARCHAR", "VARCHAR"],
            "VARCHAR[]",
            side_effects=True,
        )
        conn.create_function(
            "restored",
            restored,
            ["VARCHAR", "VARCHAR", "VARCHAR"],
            "STRUCT(is_done BOOLEAN, sentence VARCHAR)",
            null_handling="special",
            side_effects=True,
        )
        conn.create_function(
            "changes_unseen_since",
            changes_unseen_since,
            ["VARCHAR", "VARCHAR[]"],
            "VARCHAR[]",
            side_effects=True,
        )
        conn.create_function(
            "kept_manifest", kept_manifest, ["VARCHAR", "VARCHAR"], "BOOLEAN", side_effects=True
        )
        quantiles.register(conn)


def warehouse_fault(path: str, config: dict) -> str | None:
    """Why the warehouse cannot be opened, where that is another process, as a sentence."""
    try:
        duckdb.connect(path, config=config).close()
    except duckdb.IOException as error:
        holder = re.search(r"Conflicting lock is held in .*\(PID (\d+)\)", str(error))
        if holder is None:
            raise
        return (
            f"{path}: found it in use by process {holder[1]}, another build or a reader; "
            "expected it free; wait until that ends, and read the release instead"
        )
    return None


def kept_manifest(written: str, kept: str) -> bool:
    """Copy dbt's manifest, in one step; False where dbt did not write one."""
    if not Path(written).exists():
        return False
    write_whole(Path(kept), Path(written).read_bytes())
    return True


def restored(release_path: str, published_at: str | None, keep_releases: str) -> dict:
    """Put an earlier release back; whether it was done, and the sentence that says so."""
    try:
        sentence = restore(Path(release_path), published_at, kept_count(keep_releases))
    except (LookupError, OSError, ValueError) as fault:
        return {"is_done": False, "sentence": str(fault)}
    return {"is_done": True, "sentence": sentence}
