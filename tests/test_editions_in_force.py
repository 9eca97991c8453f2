"""What holds from one edition to another: rows of seeds that contradict one another are refused,
and so is a table whose columns are not those of its seed.

The data tests are those that dbt compiled for a build, over a copy of its warehouse.
"""

import json
import shutil

import duckdb
import pyarrow as pa
import pytest

from helpers import reference

LATEST = max(int(row["edition"]) for row in reference("editions"))


class Warehouse:
    """A copy of a built warehouse to change, and the SQL of the build."""

    def __init__(self, built, folder):
        manifest = json.loads((built / "target" / "manifest.json").read_text(encoding="utf-8"))
        self.nodes = manifest["nodes"]
        for path in built.glob("warehouse.duckdb*"):
            shutil.copy(path, folder)
        self.connection = duckdb.connect(str(folder / "warehouse.duckdb"))

    def write(self, seed, rows):
        """Load other rows of a reference seed."""
        cells = pa.Table.from_pylist(
            [{name: cell or None for name, cell in row.items()} for row in rows]
        )
        self.connection.register("cells", cells)
        self.connection.execute(
            f"delete from reference.{seed}; insert into reference.{seed} by name from cells"
        )

    def build(self, model):
        """Build a model again."""
        (node,) = (node for node in self.nodes.values() if node["name"] == model)
        self.connection.execute(f"create or replace table {node['relation_name']} as {node['compiled_code']}")

    def messages(self, *parents, test=None):
        """What the data tests of some seeds and models say, or those of a name."""
        wanted = {
            name for name, node in self.nodes.items()
            if node["resource_type"] != "test" and node["name"] in parents
        }
        assert len(wanted) == len(parents)
        return [
            message
            for node in self.nodes.values()
            if node["resource_type"] == "test" and (
                wanted & set(node["depends_on"]["nodes"])
                or test and (node.get("test_metadata") or {}).get("name") == test
            )
            for (message,) in self.connection.execute(
                f"select message from ({node['compiled_code']})"
            ).fetchall()
        ]


@pytest.fixture
def warehouse(built_project, tmp_path):
    """The warehouse of a build, to be changed."""
    warehouse = Warehouse(built_project, tmp_path)
    yield warehouse
    warehouse.connection.close()


def assert_reported(messages, *parts):
    """A message has all parts."""
    assert any(all(part in message for part in parts) for message in messages), (parts, messages)


def test_two_rows_in_force_are_refused(warehouse):
    """A row that was to end, and did not; and one that ends before it begins."""
    places = {}
    for seed, *columns in (
        ("sectors", "sector_code"), ("sector_nace", "nace_version", "nace_prefix"),
        ("size_classes", "size_class_code"),
    ):
        first, second, *_ = reference(seed)
        warehouse.write(seed, [
            first,
            first | {"first_edition": str(LATEST)},
            second | {"first_edition": str(LATEST), "last_edition": str(LATEST - 1)},
        ])
        places[seed] = [
            ", ".join(f"{column} {row[column]}" for column in columns) for row in (first, second)
        ]
    messages = warehouse.messages(*places)
    for seed, (first, second) in places.items():
        assert_reported(messages, f"{seed}, edition {LATEST}: found 2 rows with {first}; expected")
        assert_reported(
            messages,
            f"{seed}, {second}, column last_edition: found {LATEST - 1}; "
            f"expected {LATEST}, the first_edition, or later",
        )
    assert not any(f"edition {LATEST - 1}: found 2" in message for message in messages)


def test_strata_are_of_their_edition(warehouse):
    """Counts and prefixes of a sector that has ended, and bounds that overlap, are refused."""
    sectors, sizes = reference("sectors"), reference("size_classes")
    parents = "int_strata_numbered", "int_sector_prefixes", "sectors", "size_classes"
    assert warehouse.messages(*parents) == []
    sectors[0]["last_edition"] = str(LATEST - 1)
    sizes[0]["employee_count_max"] = sizes[1]["employee_count_min"]
    warehouse.write("sectors", sectors)
    warehouse.write("size_classes", sizes)
    warehouse.build("int_strata_numbered")
    messages = warehouse.messages(*parents)
    sector, size = sectors[0]["sector_code"], sizes[0]["size_class_code"]
    prefix = next(r for r in reference("sector_nace") if r["sector_code"] == sector)["nace_prefix"]
    assert_reported(
        messages,
        f"population.csv, edition {LATEST}, columns sector_code and size_class_code: "
        f"found {sector} and {size}; expected a sector and a size class in force",
    )
    assert_reported(messages, f"expected_counts.csv, edition {LATEST}")
    assert_reported(
        messages,
        f"sector_nace.csv, edition {LATEST}, nace_prefix {prefix}, column sector_code: "
        f"found {sector}; expected a sector in force",
    )
    assert not any(
        "sector_nace.csv" in message and f"edition {LATEST}," not in message for message in messages
    )
    assert_reported(
        messages,
        f"found {size} up to {sizes[0]['employee_count_max']} and "
        f"{sizes[1]['size_class_code']} from {sizes[1]['employee_count_min']}",
    )


# What can be wrong with a table, and what is said of it.
FAULTS = (
    ("alter table {table} drop column {indicator}", "expected {indicator}, double, described"),
    (
        "alter table {table} add column more double",
        "found more, double, without a description; expected none",
    ),
    (
        "alter table {table} alter column {indicator} type float",
        "found {indicator}, float; expected {indicator}, double, described",
    ),
    (
        "comment on column {table}.{indicator} is null",
        "found {indicator}, double, without a description; expected {indicator}, double",
    ),
    ("update {table} set label_en = null", "column label_en: found no value; expected one"),
)


def test_columns_of_a_table_are_those_of_its_seed(warehouse):
    """A column that is missing, too many, of another type, not described, or without a label: a
    fault a table, and two in the last one.
    """
    tables = [row for row in reference("report_tables") if row["base_id"]]
    assert len(tables) >= len(FAULTS) - 1
    expected = []
    for place, (spoil, found) in enumerate(FAULTS):
        table = tables[min(place, len(tables) - 1)]
        indicator = [
            row["indicator_id"]
            for row in reference("indicators")
            if table["table_id"] in row["source"].split("|")
        ][-1]
        names = {"table": f"marts.{table['mart_name']}", "indicator": indicator}
        warehouse.connection.execute(spoil.format(**names))
        expected.append((f"{table['mart_name']}, ", found.format(**names)))
    messages = warehouse.messages(test="columns_of_its_seed")
    for parts in expected:
        assert_reported(messages, *parts)
