"""An edition of real people: names, e-mail addresses and enterprise numbers that are nowhere else.

Its raw files and seeds are full of text that would do harm as code, and it is built with a key.
"""

import copy
import json
import re

import duckdb

from barometer.inputs.pseudonyms import KEY_VARIABLE
from helpers import copy_built, reference, run_dbt, write_cells
from made_edition import MadeEdition

KEY = "correct horse battery staple"
BUILD = ("build", "--store-failures")

NAME, HOST = "Achternaamloos", "niemand.invalid"

HOSTILE = [
    "'); drop schema marts cascade; --",
    "'; drop table reference.editions; --",
    '"; drop table reference.editions; --',
    "{{ env_var('HOME') }}",
    "{% do run_query('drop table reference.editions') %}",
    "$$; drop table reference.editions; --",
    "</text><script>alert(1)</script>",
]

TEN_DIGITS = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")


class Survey:
    """A built project with an edition of real people, as the tests make it up.

    Attributes:
        folder: the project; `raw` is the folder of its raw files.
        made: the edition.
        numbers: the enterprise numbers, each by the synthetic one that it takes the place of.
        build, docs: the runs of dbt that built it and wrote its docs.
        environment: what dbt finds in the environment beside the key.
    """

    def __init__(self, folder):
        self.folder, self.raw, self.numbers, self.environment = folder, folder / "raw", {}, {}
        self.made = made = MadeEdition(folder)
        editions = reference("editions", folder)
        for row in editions:
            if row["edition"] == str(made.year):
                row["note"] = " ".join(HOSTILE)
        self.write_seed("editions", editions)
        made.sample = [row | self.sampled(row, line) for line, row in enumerate(made.sample, 2)]
        made.responses = [row | self.responded(row) for row in made.responses]
        made.write_raw(self.raw)
        self.build = self.dbt(*BUILD)
        self.docs = self.dbt("docs", "generate", "--static")

    def copied(self, folder, raw="raw"):
        """The same survey in another folder, to change at will."""
        other = copy.copy(self)
        other.folder = copy_built(self.folder, folder / "project")
        other.raw = (other.folder / self.raw.name).rename(other.folder / raw)
        other.numbers = dict(self.numbers)
        return other

    def assert_unharmed(self):
        """No text of a file was run as code."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as warehouse:
            tables = set(
                warehouse.sql("select schema_name, table_name from duckdb_tables()").fetchall()
            )
        assert {("reference", "editions"), ("marts", "fct_answers")} < tables
        assert not any("harmed" in table for table in tables)

    def sampled(self, row, line):
        """Somebody to reach."""
        return {
            "enterprise_number": self.number(row["enterprise_number"]),
            "contact_name": f"{NAME} {line} {HOSTILE[line % len(HOSTILE)]}",
            "contact_email": f"somebody{line}@{HOST}",
        }

    def responded(self, row):
        """Somebody who answered."""
        return {
            "invited_enterprise_number": self.number(row["invited_enterprise_number"]),
            "enterprise_number": self.number(row["enterprise_number"]),
        }

    def number(self, synthetic):
        """A valid enterprise number of no other edition, the same for the same one."""
        if synthetic not in self.numbers:
            digits = 41_530_007 + 7 * len(self.numbers)
            self.numbers[synthetic] = f"{digits}{97 - digits % 97:02}"
        return self.numbers[synthetic] if synthetic else ""

    def write_seed(self, name, rows):
        """Replace a reference seed."""
        path = self.folder / "seeds" / "reference" / f"{name}.csv"
        write_cells(path, [list(rows[0]), *(row.values() for row in rows)])

    def write_raw(self, file_kind, rows):
        """Replace a raw file of the edition."""
        write_cells(self.raw_file(file_kind), [list(rows[0]), *(row.values() for row in rows)])

    def raw_file(self, file_kind):
        """Path of a raw file of the edition."""
        return self.raw / str(self.made.year) / f"{file_kind}.csv"

    def dbt(self, *arguments, **others):
        """Run dbt over the edition alone, the others kept, with the key in the environment and as
        few decks as may be: nothing that is looked for is in more of them.

        Args:
            others: variables beside these.
        """
        variables = {"raw_path": self.raw.name, "editions": [self.made.year], "imputation_replicates": 2}
        return run_dbt(
            self.folder, *arguments, "--vars", json.dumps(variables | others),
            **self.environment | {KEY_VARIABLE: KEY},
        )

    def secrets_in(self, text):
        """What of a text nobody may read."""
        people = {word for word in (NAME, HOST, KEY) if word in text}
        return people | (set(TEN_DIGITS.findall(text)) & set(self.numbers.values()))

    def secrets_in_files(self):
        """The same for every file that a build writes, by path; the warehouse aside."""
        found = {}
        for folder in ("target", "logs", "release"):
            for path in (self.folder / folder).rglob("*"):
                if path.is_file():
                    secrets = self.secrets_in(path.read_bytes().decode("latin-1"))
                    if secrets:
                        found[path.relative_to(self.folder)] = secrets
        return found

    def secrets_in_tables(self, database):
        """The same for each column of each table, as text; the tables of raw files aside.

        A file of a database is compressed, so that its bytes do not show what is in it.
        """
        found, searched = {}, 0
        with duckdb.connect(str(database), read_only=True) as session:
            for schema, table, column in session.sql(
                "select schema_name, table_name, column_name from duckdb_columns() "
                "where not internal and schema_name != 'raw' order by all"
            ).fetchall():
                searched += 1
                text = "\n".join(
                    str(value)
                    for (value,) in session.sql(
                        f'select distinct "{column}"::varchar from "{schema}"."{table}"'
                    ).fetchall()
                )
                secrets = self.secrets_in(text)
                if secrets:
                    found[schema, table, column] = secrets
        assert searched > 100
        return found
