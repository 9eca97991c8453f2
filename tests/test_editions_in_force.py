"""What holds from one edition to another: rows of seeds that contradict one another are refused,
and so is a table whose columns are not those of its seed.
"""

import re

import duckdb
import pytest

from helpers import copy_built, reference, run_dbt
from made_edition import MadeEdition


@pytest.fixture(scope="module")
def built(built_project, tmp_path_factory):
    """A built copy that the tests of this module may change, each in its own files."""
    return copy_built(built_project, tmp_path_factory.mktemp("in_force") / "project")


@pytest.fixture
def seeds(built):
    """A writer of reference seeds that puts them back afterwards."""
    folder = built / "seeds" / "reference"
    before = {path: path.read_bytes() for path in folder.glob("*.csv")}
    yield SeedWriter(built)
    for path, content in before.items():
        path.write_bytes(content)


class SeedWriter:
    """Rows of seeds to read and to write."""

    rows, write, add = MadeEdition.rows, MadeEdition.write, MadeEdition.add

    def __init__(self, folder):
        self.folder = folder
        self.latest = max(int(row["edition"]) for row in reference("editions", folder))


def messages(run):
    """The output of dbt in one line."""
    assert run.returncode, run.stdout[-3000:]
    return re.sub(r"\s+", " ", run.stdout)


def test_two_rows_in_force_are_refused(built, seeds):
    """A row that was to end, and did not; and one that ends before it begins."""
    places = {}
    for seed, code in (
        ("sectors", "sector_code"), ("sector_nace", "nace_prefix"),
        ("size_classes", "size_class_code"),
    ):
        first, second, *_ = seeds.rows(seed)
        seeds.write(seed, [
            first,
            first | {"first_edition": str(seeds.latest)},
            second | {"first_edition": str(seeds.latest), "last_edition": str(seeds.latest - 1)},
        ])
        places[seed] = code, first[code], second[code]
    text = messages(run_dbt(built, "build", "--select", *places, "editions"))
    for seed, (code, first, second) in places.items():
        assert f"{seed}, edition {seeds.latest}: found 2 rows with {code} {first}; expected" in text
        assert (
            f"{seed}, {code} {second}, column last_edition: found {seeds.latest - 1}; "
            f"expected {seeds.latest}, the first_edition, or later"
        ) in text
    assert f"edition {seeds.latest - 1}: found 2" not in text


def test_strata_are_of_their_edition(built, seeds):
    """Counts and prefixes of a sector that has ended, and bounds that overlap, are refused."""
    sectors, sizes = seeds.rows("sectors"), seeds.rows("size_classes")
    sectors[0]["last_edition"] = str(seeds.latest - 1)
    seeds.write("sectors", sectors)
    sizes[0]["employee_count_max"] = sizes[1]["employee_count_min"]
    seeds.write("size_classes", sizes)
    run = run_dbt(
        built, "build", "--select", "sectors", "size_classes", "sector_nace", "population",
        "expected_counts", "editions", "int_strata_numbered",
    )
    text = messages(run)
    sector, size = sectors[0]["sector_code"], sizes[0]["size_class_code"]
    assert (
        f"population.csv, edition {seeds.latest}, columns sector_code and size_class_code: "
        f"found {sector} and {size}; expected a sector and a size class in force"
    ) in text
    (compiled,) = (built / "target" / "compiled").rglob("strata_are_of_their_edition.sql")
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as warehouse:
        found = [row[0] for row in warehouse.sql(compiled.read_text(encoding="utf-8")).fetchall()]
    prefix = next(r for r in seeds.rows("sector_nace") if r["sector_code"] == sector)["nace_prefix"]
    assert any(f"expected_counts.csv, edition {seeds.latest}" in message for message in found)
    assert any(
        f"sector_nace.csv, edition {seeds.latest}, nace_prefix {prefix}, column sector_code: "
        f"found {sector}; expected a sector in force" in message
        for message in found
    )
    assert not any(
        "sector_nace.csv" in message and f"edition {seeds.latest}," not in message
        for message in found
    )
    assert any(
        f"found {size} up to {sizes[0]['employee_count_max']} and "
        f"{sizes[1]['size_class_code']} from {sizes[1]['employee_count_min']}" in message
        for message in found
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


def test_columns_of_a_table_are_those_of_its_seed(built, tmp_path):
    """A column that is missing, too many, of another type, not described, or without a label: a
    fault a table, and two in the last one.
    """
    folder = copy_built(built, tmp_path / "project")
    tables = [row for row in reference("report_tables") if row["base_id"]]
    expected = []
    with duckdb.connect(str(folder / "warehouse.duckdb")) as warehouse:
        for place, (spoil, found) in enumerate(FAULTS):
            table = tables[min(place, len(tables) - 1)]
            indicator = [
                row["indicator_id"]
                for row in reference("indicators")
                if table["table_id"] in row["source"].split("|")
            ][-1]
            names = {"table": f"marts.{table['mart_name']}", "indicator": indicator}
            warehouse.execute(spoil.format(**names))
            expected.append((f"{table['mart_name']}, ", found.format(**names)))
    run = run_dbt(folder, "test", "--select", "test_name:columns_of_its_seed")
    text = messages(run)
    assert len(tables) >= len(FAULTS) - 1
    for parts in expected:
        assert all(part in text for part in parts), (parts, text)
