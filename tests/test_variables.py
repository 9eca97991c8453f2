"""The variables of the project: typed, ranged, and none that is misspelt."""

import pytest
import yaml

from barometer.inputs.variables import MEMORY_LIMIT, VARIABLES, memory_faults, variable_faults
from helpers import PROJECT, run_dbt

DEFAULTS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def test_every_variable_has_its_kind():
    """Those of dbt_project.yml, which are what they may be, and no other; docs/configuration.md says each."""
    assert set(VARIABLES) == set(DEFAULTS)
    assert variable_faults(DEFAULTS) == []
    page = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("editions", [2001, "2002"]), ("editions", []), ("raw_path", "a/b"), ("keep_releases", 0),
        ("keep_releases", "3"), ("minimum_donors", 1), ("imputation_replicates", 2),
    ],
)
def test_what_a_variable_may_be(name, value):
    """Numbers may be text, as the command line has them."""
    assert variable_faults({name: value}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("editions", 1), ("editions", "1"), ("editions", {"1": 2}), ("editions", ["one"]), ("editions", [None]),
        ("raw_path", 7), ("release_path", ""), ("release_path", None), ("keep_releases", -1),
        ("minimum_donors", 0), ("minimum_donors", -1), ("minimum_donors", 2.5), ("minimum_donors", True),
        ("minimum_donors", None), ("imputation_replicates", 0), ("imputation_replicates", 1),
        ("imputation_replicates", "many"),
    ],
)
def test_anything_else_is_refused(name, value):
    """With what was found and what is expected."""
    assert variable_faults(DEFAULTS | {name: value}) == [
        f"variable {name}: found {value!r}; expected {VARIABLES[name].expected}; "
        "the release stays as it was"
    ]


def test_a_misspelt_variable_is_refused():
    """dbt takes no notice of one: the build would be another than was asked for."""
    (near,) = variable_faults({"minimum_donor": 5})
    assert near.startswith("variable minimum_donor: found no such variable; expected minimum_donors, perhaps")
    (far,) = variable_faults({"xyz": 5})
    assert far.startswith(f"variable xyz: found no such variable; expected one of {', '.join(VARIABLES)};")


@pytest.mark.parametrize("value", ["2GB", "512MiB", "1.5 gb", "2G", "1e3MB", "-1"])
def test_what_memory_may_be(value):
    """What DuckDB takes for an amount, whatever we think of it; without the variable the default is one."""
    assert memory_faults({MEMORY_LIMIT: value}) == memory_faults({}) == []


@pytest.mark.parametrize("value", ["lots", "", "2", "80%", "2GB; drop table x", "2GB'; drop table x; --"])
def test_no_other_memory(value):
    """DuckDB would end in a traceback."""
    (sentence,) = memory_faults({MEMORY_LIMIT: value})
    assert sentence.startswith(f"environment variable {MEMORY_LIMIT}: found {value!r}; expected what DuckDB takes")


@pytest.mark.slow
def test_dbt_stops_at_once(tmp_path):
    """All of it in sentences, before anything is read."""
    arguments = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    arguments += ["--target-path", str(tmp_path), "--log-path", str(tmp_path)]
    run = run_dbt(tmp_path, "parse", *arguments, "--vars", "{minimum_donors: 0, raw_pat: x}", **{MEMORY_LIMIT: "lots"})
    assert run.returncode and "Traceback" not in run.stdout, run.stdout
    for sentence in ("variable minimum_donors: found 0; expected", "variable raw_pat: found no such", f"{MEMORY_LIMIT}: found 'lots'"):
        assert sentence in run.stdout, run.stdout
