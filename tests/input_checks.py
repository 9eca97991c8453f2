"""The input checks of the build without dbt: its own functions and the SQL of its own models."""

from pathlib import Path

import duckdb
import yaml
from jinja2 import Environment

from barometer.inputs.engine_rows import rows_query
from barometer.inputs.file_listing import raw_files
from barometer.inputs.pseudonyms import key_fault
from barometer.inputs.seed_files import csv_header
from barometer.method.patterns import packed_answers
from barometer.release.last_release import other_key_than
from helpers import PROJECT, macros

# In the order in which they depend on each other: those of the seeds alone, and those of the files.
SEEDED = (
    "definitions/int_strata_numbered", "definitions/int_sector_prefixes", "definitions/int_raw_columns",
    "definitions/int_questions_numbered", "definitions/int_questions_asked",
    "definitions/int_question_slots",
)
MODELS = (
    "responses/raw/raw_cells", "responses/raw/raw_values", "responses/raw/raw_faulty_values",
    "files/chk_file_findings", "responses/checked/chk_row_findings",
    "responses/checked/chk_value_findings",
    "responses/checked/chk_record_findings", "responses/checked/chk_stratum_findings",
    "responses/checked/chk_input_findings",
)


def render(model: str, replicate_total: int = 0) -> str:
    """The SQL of a model, with plain names for what it refers to, and so many further decks."""
    environment = Environment()
    in_force = macros("editions_in_force.sql").in_force
    environment.globals |= {
        "ref": lambda name: name,
        "config": lambda **_: "",
        "is_enterprise_number": macros("is_enterprise_number.sql").is_enterprise_number,
        "described": macros("findings.sql").described,
        "label_described": macros("findings.sql").label_described,
        "in_force": in_force,
        "cells_with": macros("cells_with.sql", ref=lambda name: name).cells_with,
        "replicates": macros("replicates.sql", var=lambda name: replicate_total).replicates,
        "enterprises_stratified": macros(
            "enterprises_stratified.sql", in_force=in_force,
            sectors_of_codes=macros("sectors_of_codes.sql").sectors_of_codes,
        ).enterprises_stratified,
    }
    text = (PROJECT / "models" / f"{model}.sql").read_text(encoding="utf-8")
    return environment.from_string(text).render()


def reference_seeds(project: Path = PROJECT) -> duckdb.DuckDBPyConnection:
    """A database in memory with the reference seeds of a project, typed as dbt_project.yml says."""
    connection = duckdb.connect(config={"threads": 1})
    connection.create_function(
        "key_fault", key_fault, ["VARCHAR"], "VARCHAR", null_handling="special"
    )
    connection.create_function(
        "other_key_than", other_key_than, ["VARCHAR", "VARCHAR"], "VARCHAR", null_handling="special"
    )
    load_seeds(connection, project, "*")
    return connection


def load_seeds(connection: duckdb.DuckDBPyConnection, project: Path, names: str) -> None:
    """Load reference seeds of a project, by a pattern of their names, in the place of what was there."""
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    types = settings["seeds"]["ai_barometer"]["reference"]["+column_types"]
    for path in (project / "seeds" / "reference").glob(f"{names}.csv"):
        typed = ", ".join(
            f"{name}::{types.get(name, 'varchar')} as {name}" for name in csv_header(str(path))
        )
        connection.execute(
            f"create or replace table {path.stem} as select {typed} "
            f"from read_csv('{path}', all_varchar = true, header = true)"
        )


class InputChecks:
    """The checks of the raw files of some editions of a project, or of all, again and again."""

    def __init__(self, *editions: str, project: Path = PROJECT):
        self.wanted, self.project, self.release = editions, project, project / "release"
        self.connection = reference_seeds(project)
        self.sql = {model: render(model) for model in MODELS}
        self.read_seeds()

    def read_seeds(self) -> None:
        """Build what follows from the seeds alone."""
        for model in SEEDED:
            self.create(model, render(model))
        self.columns = self.rows_of("int_raw_columns where is_read")
        self.slots = self.rows_of("int_question_slots order by all")
        self.editions = self.rows_of("editions")
        self.dialects, self.mappings, self.labels = map(
            self.rows_of, ("raw_dialects", "raw_mappings", "raw_labels")
        )

    def read_exports(self) -> None:
        """Read again what the seeds say of exports of survey tools."""
        load_seeds(self.connection, self.project, "raw_*")
        self.read_seeds()

    def copy_edition(self, edition: str, years: list[str]) -> None:
        """Have other years ask the questions of an edition, with its population and dates."""
        for table in ("editions", "population", "questions"):
            self.connection.execute(
                f"insert into {table} select {table}.* replace (year::smallint as edition) "
                f"from {table} cross join (select unnest($1) as year) where edition = $2",
                [years, int(edition)],
            )
        self.read_seeds()

    def check(self, folder: Path | str) -> list[dict]:
        """Findings of the files in `<folder>/<edition>/`, or else of the seeds, as
        chk_input_findings has them."""
        seeds = self.project / "seeds" / "raw"
        files = raw_files(self.editions, self.dialects, self.wanted, str(folder), str(seeds))
        self.connection.register("raw_files", files)
        self.create("build_settings", f"select '{self.release}' as release_path")
        for file_kind in ("sample", "responses"):
            self.create(
                f"raw_{file_kind}",
                rows_query(
                    self.connection, files.to_pylist(), file_kind, self.columns, {}, self.mappings,
                    self.labels,
                ),
            )
        columns = self.connection.table("raw_responses").columns
        self.create(
            "raw_answers", packed_answers("select * from raw_responses", columns, self.slots)
        )
        for model, sql in self.sql.items():
            self.create(model, sql)
        return self.rows_of("chk_input_findings")

    def sentences(self) -> list[str]:
        """What a build says of the findings: the messages of the data tests of chk_input_findings."""
        text = (PROJECT / "tests" / "dbt" / "generic" / "finds_nothing.sql").read_text(encoding="utf-8")
        test = Environment().from_string(
            text.replace("{% test ", "{% macro ").replace("{% endtest ", "{% endmacro ")
        ).module.finds_nothing
        return [
            row["message"]
            for severity in ("error", "warning")
            for row in self.rows_of(f"({test('chk_input_findings', severity)})")
        ]

    def create(self, model: str, sql: str) -> None:
        """The table of a model."""
        self.connection.execute(f"create or replace table {Path(model).name} as {sql}")

    def rows(self, file_kind: str) -> list[dict]:
        """Rows of one file as the build would go on with them."""
        return self.rows_of(f"raw_{file_kind}")

    def rows_of(self, table: str) -> list[dict]:
        """Rows of a table."""
        return self.connection.execute(f"from {table}").to_arrow_table().to_pylist()
