"""The project's own rules, over dbt's manifest, the sources and the release.

Rules of dbt-project-evaluator that apply here, and those of CONTRIBUTING.md. An exception
stands in convention_exceptions.csv, with its reason and date.
"""

import json
import re
from pathlib import Path

import duckdb
import pytest

from helpers import PROJECT, codes, read_rows, reference

LAYER_PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "quality": ("qlt_",),
    "marts": ("dim_", "fct_", "rpt_"),
}

YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@pytest.fixture(scope="module")
def manifest(built_project):
    """dbt's manifest of the built project."""
    return json.loads((built_project / "target" / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nodes(manifest):
    """Models and seeds by name."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


@pytest.fixture(scope="module")
def models(nodes):
    """Models by name."""
    return {name: node for name, node in nodes.items() if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def marts(models):
    """Marts by name."""
    return {name: node for name, node in models.items() if node["schema"] == "marts"}


def allowed(rule: str) -> set[str]:
    """Resources that a rule lets pass."""
    return {
        row["resource"]
        for row in read_rows(PROJECT / "tests" / "convention_exceptions.csv")
        if row["rule"] == rule
    }


def test_exceptions_are_reasoned_and_exist(nodes):
    """Every exception is of something that exists, with a reason and a date."""
    for row in read_rows(PROJECT / "tests" / "convention_exceptions.csv"):
        assert row["resource"] in nodes
        assert row["reason"] and re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["date"])


def test_everything_is_described(manifest, nodes):
    """Every model, seed and exposure has a description, and so has every column named."""
    bare = [name for name, node in nodes.items() if not node["description"]]
    bare += [exposure["name"] for exposure in manifest["exposures"].values()
             if not exposure["description"]]
    bare += [
        f"{name}.{column['name']}"
        for name, node in nodes.items()
        for column in node["columns"].values()
        if not column["description"]
    ]
    assert not bare


def test_every_column_built_is_described(built_project, nodes):
    """Every column in the warehouse stands in the YAML of its model, and the reverse."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select table_name, column_name from duckdb_columns() where schema_name in "
            "('staging', 'intermediate', 'quality', 'marts', 'reference') "
            "and table_name != 'test_results'"
        ).fetchall()
    built = {}
    for table, column in rows:
        built.setdefault(table, set()).add(column)
    assert built == {
        name: set(node["columns"]) for name, node in nodes.items() if node["schema"] != "raw"
    }


def test_marts_have_contracts(marts):
    """Every mart is public, has an enforced contract, and a type for each column."""
    assert marts
    for name, node in marts.items():
        assert node["config"]["contract"]["enforced"], name
        assert node["access"] == "public", name
        assert all(column["data_type"] for column in node["columns"].values()), name
        assert any(c["type"] == "primary_key" for c in node["constraints"]), name


def test_names_follow_the_layer(models):
    """A model's prefix is its layer's, and no name holds a year."""
    for name, node in models.items():
        if name not in allowed("model_has_layer_prefix"):
            assert name.startswith(LAYER_PREFIXES[node["schema"]]), name
        assert not YEAR.search(name)
        assert not any(YEAR.search(column) for column in node["columns"])


def test_layers_depend_downwards(nodes, models):
    """Only staging reads raw seeds; staging reads seeds alone; no mart reads staging."""
    by_id = {node["unique_id"]: node for node in nodes.values()}
    for name, node in models.items():
        parents = [by_id[parent] for parent in node["depends_on"]["nodes"]]
        if node["schema"] == "staging":
            assert all(parent["resource_type"] == "seed" for parent in parents), name
        else:
            assert not any(parent["schema"] == "raw" for parent in parents), name
        if node["schema"] == "marts":
            assert not any(parent["schema"] == "staging" for parent in parents), name
        assert parents, f"{name} is a root model"


def test_every_model_is_tested(manifest, nodes):
    """Every model and reference seed is the parent of at least one data test."""
    tested = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        for parent in node["depends_on"]["nodes"]
    }
    untested = {
        name
        for name, node in nodes.items()
        if node["unique_id"] not in tested and node["schema"] != "raw"
    }
    assert untested == allowed("model_is_tested")


def test_release_stands_below_everything(manifest, models):
    """Every model, and every parent of a data test, is upstream of the release."""
    upstream, waiting = set(), [models["release"]["unique_id"]]
    while waiting:
        unique_id = waiting.pop()
        if unique_id not in upstream:
            upstream.add(unique_id)
            waiting += manifest["parent_map"].get(unique_id, [])
    assert {node["unique_id"] for node in models.values()} <= upstream
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            assert set(node["depends_on"]["nodes"]) <= upstream, node["name"]


def test_exposure_is_all_marts(manifest, marts):
    """The exposure `release` declares every mart, and nothing else."""
    exposure = next(e for e in manifest["exposures"].values() if e["name"] == "release")
    assert set(exposure["depends_on"]["nodes"]) == {m["unique_id"] for m in marts.values()}


def sensitivity(column: dict) -> str | None:
    """What a column's meta says of whom it identifies."""
    return column["meta"].get("sensitivity") or column["config"].get("meta", {}).get("sensitivity")


def test_identifiers_end_at_staging(nodes):
    """Direct identifiers stand in raw seeds alone; quasi-identifiers in no mart."""
    direct = set()
    for name, node in nodes.items():
        for column in node["columns"].values():
            kind = sensitivity(column)
            if kind == "direct_identifier":
                direct.add(column["name"])
                assert node["schema"] == "raw", f"{name}.{column['name']}"
            if kind == "quasi_identifier":
                assert node["schema"] != "marts", f"{name}.{column['name']}"
            if column["name"].endswith("_key") and node["schema"] != "reference":
                assert kind == "pseudonym", f"{name}.{column['name']}"
    assert {"enterprise_number", "contact_name", "contact_email"} <= direct
    for name, node in nodes.items():
        assert node["schema"] == "raw" or not direct & set(node["columns"]), name


def test_no_identifier_is_in_the_release(built_project):
    """No contact, enterprise number or response id of the raw files is in a released value."""
    identifiers = set()
    for path in (built_project / "seeds" / "raw").glob("*.csv"):
        for row in read_rows(path):
            identifiers |= {
                row[column]
                for column in ("enterprise_number", "contact_name", "contact_email", "response_id")
                if row.get(column)
            }
    assert identifiers
    with duckdb.connect(
        str(built_project / "release" / "ai_barometer.duckdb"), read_only=True
    ) as release:
        for table, column in release.sql(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall():
            values = release.sql(f"select distinct {column}::varchar from marts.{table}")
            assert not identifiers & {value for (value,) in values.fetchall()}, (table, column)
    text = (built_project / "release" / "manifest.json").read_text(encoding="utf-8")
    text += (built_project / "release" / "validation_report.html").read_text(encoding="utf-8")
    assert not any(identifier in text for identifier in identifiers)


def test_code_names_no_code_of_the_survey():
    """No sector, size class, question, indicator or year stands in SQL or Python."""
    names = {row["sector_code"] for row in reference("sectors")}
    names |= {row["size_class_code"] for row in reference("size_classes")}
    names |= {row["question_id"] for row in reference("questions")}
    names |= {row["indicator_id"] for row in reference("indicators")}
    names |= {
        name for row in reference("derived_questions") for name in codes(row["question_id"])
    }
    quoted = re.compile("['\"](" + "|".join(map(re.escape, sorted(names))) + ")['\"]")
    paths = [
        path
        for folder, pattern in [
            ("models", "*.sql"), ("macros", "*.sql"), ("python_models", "*.py"),
            ("barometer", "*.py"), ("tests/dbt", "*.sql"),
        ]
        for path in (PROJECT / folder).rglob(pattern)
    ]
    editions = "|".join(row["edition"] for row in reference("editions"))
    years = re.compile(rf"(?<!\d)({editions})(?!\d)")
    assert len(paths) > 50
    for path in paths:
        code = without_remarks(path)
        assert not quoted.search(code), (path, quoted.search(code))
        assert not years.search(code), (path, years.search(code))


def test_no_engine_hash():
    """Nothing calls a hash function that a release of the engine or of Python may change."""
    for folder, pattern in [
        ("models", "*.sql"), ("macros", "*.sql"), ("python_models", "*.py"), ("barometer", "*.py"),
    ]:
        for path in (PROJECT / folder).rglob(pattern):
            assert not re.search(r"(?<![\w.])hash\(", without_remarks(path)), path


def without_remarks(path: Path) -> str:
    """A source file without its comments and docstrings, which may cite a year."""
    code = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return re.sub(r'"""(.|\n)*?"""|#.*', "", code)
    return re.sub(r"/\*(.|\n)*?\*/|\{#(.|\n)*?#\}|--.*", "", code)
