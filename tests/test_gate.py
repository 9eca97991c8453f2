"""Which runs of dbt may be released, and what is said of those that may not."""

import json
from dataclasses import replace
from importlib.metadata import version

import duckdb
import pytest

from barometer.release.gate import Run, reasons_to_withhold, release_id, remember
from barometer.release.release_manifest import PACKAGES, TITLE
from barometer.release.release_state import file_digests

NODES = {
    "seed.p.labels": "seed", "model.p.facts": "model", "model.p.figures": "model",
    "test.p.facts_hold": "test",
}
OF_CHANGES = {
    "select": ("state:modified+",), "exclude": (), "exclude_resource_types": (),
    "indirect_selection": "eager", "defer": False,
}


@pytest.fixture
def warehouse():
    """A warehouse that was built and released: what the gate reads of it."""
    with duckdb.connect() as session:
        session.execute(
            """
            create schema quality;
            create table quality.built_since_release (unique_id varchar primary key);
            create table quality.released_from (release_id varchar, variables varchar);
            create schema responses;
            create table responses.stg_sample (edition smallint, file_name varchar);
            create table responses.stg_responses (edition smallint, file_name varchar);
            """
        )
        yield session


@pytest.fixture
def released(warehouse, tmp_path):
    """A whole run whose release is there, with the arguments of a build of what changed."""
    release = tmp_path / "release"
    (release / "internal" / "state").mkdir(parents=True)
    versions = {package: version(package) for package in PACKAGES}
    manifest = {"title": TITLE, "duckdb_storage_version": "v", "versions": versions}
    (release / "internal" / "manifest.json").write_text(json.dumps(manifest))
    (release / "internal" / "state" / "files.json").write_text(json.dumps(file_digests({})))
    run = Run(
        manifest={"nodes": {
            node: {"resource_type": kind, "name": node.split(".")[-1]}
            for node, kind in NODES.items()
        }},
        outcomes={node: ("pass" if kind == "test" else "success", 0) for node, kind in NODES.items()},
        release_path=release,
        keep_releases=3,
        variables={"editions": None},
        arguments=OF_CHANGES | {"state": release / "internal" / "state"},
    )
    remember(warehouse, run)
    return run


def part(run, *nodes, **changes):
    """A run that was to build these nodes alone."""
    return replace(run, outcomes={node: run.outcomes[node] for node in nodes}, **changes)


def test_a_whole_run_is_released(warehouse, released):
    """Everything built and tested, a warning included, whatever was selected."""
    assert reasons_to_withhold(warehouse, released) == []
    warned = released.outcomes | {"test.p.facts_hold": ("warn", 3)}
    assert reasons_to_withhold(warehouse, replace(released, outcomes=warned, arguments={})) == []


@pytest.mark.parametrize("status", ["fail", "error", "runtime error", "skipped", "partial success"])
def test_what_did_not_pass_is_not_released(warehouse, released, status):
    """A node of any kind; one that is no part of a release, such as a unit test, too."""
    for node in (*NODES, "unit_test.p.of_code"):
        run = replace(released, outcomes=released.outcomes | {node: (status, 1)})
        (reason,) = reasons_to_withhold(warehouse, run)
        assert reason == f"1 of {len(run.outcomes)} nodes failed or were skipped"


@pytest.mark.parametrize("argument", ["empty", "sample"])
def test_a_part_of_the_rows_is_not_released(warehouse, released, argument):
    """`--empty` builds tables without rows, which pass every test."""
    run = replace(released, arguments={argument: True})
    assert "a part of the rows" in reasons_to_withhold(warehouse, run)[0]


@pytest.mark.parametrize("left_out", NODES)
def test_a_run_that_left_something_out_is_not_released(warehouse, released, left_out):
    """A seed as well: its labels would be those of before."""
    run = part(released, *(NODES.keys() - {left_out}), arguments={})
    (reason,) = reasons_to_withhold(warehouse, run)
    assert reason.startswith(f"1 nodes were left out (the first: {left_out}); only a whole")
    assert f"--select state:modified+ --state {released.release_path / 'internal' / 'state'}" in reason


@pytest.mark.parametrize(
    ("kinds", "arguments"),
    [
        (("model", "test"), {"exclude": ("resource_type:seed",)}),
        (("model", "test"), {"exclude_resource_types": ("seed",)}),
        (("model", "test"), {"resource_types": ("model", "test")}),
        (("model",), {"resource_types": ("model",)}),
        (("model",), {"select": ("models",)}),
        (("model",), {}),
    ],
    ids=str,
)
def test_a_run_without_seeds_is_not_released(warehouse, released, kinds, arguments):
    """However they are left out: labels would be those of before. `dbt run` is the last one."""
    nodes = [node for node, kind in NODES.items() if kind in kinds]
    (reason,) = reasons_to_withhold(warehouse, part(released, *nodes, arguments=arguments))
    assert "nodes were left out (the first: " in reason


def test_a_run_of_what_changed_is_released(warehouse, released):
    """In the warehouse that the release was made of; with or without unit tests."""
    run = part(released, "seed.p.labels", "model.p.figures")
    assert reasons_to_withhold(warehouse, run) == []
    arguments = run.arguments | {"exclude_resource_types": ("unit_test",)}
    assert reasons_to_withhold(warehouse, replace(run, arguments=arguments)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"select": ("state:modified",)}, {"select": ("state:modified+", "labels")},
        {"select": ()}, {"exclude": ("figures",)}, {"selector": "refresh"},
        {"resource_types": ("model",)}, {"exclude_resource_types": ("test",)},
        {"exclude": ("resource_type:seed",)}, {"exclude_resource_types": ("seed",)},
        {"state": "elsewhere"}, {"state": None}, {"defer": True},
        {"indirect_selection": "empty"}, {"indirect_selection": "buildable"},
        {"indirect_selection": "cautious"},
    ],
    ids=str,
)
def test_a_run_of_a_part_of_what_changed_is_not_released(warehouse, released, changes):
    """Another selection, without all tests of what changed, or with tables of elsewhere; or the
    state of something else than the release."""
    run = part(released, "seed.p.labels", arguments=released.arguments | changes)
    assert "nodes were left out" in reasons_to_withhold(warehouse, run)[0]


def other_release(warehouse, run):
    """Another release was put in its place."""
    path = run.release_path / "internal" / "manifest.json"
    path.write_text(path.read_text() + "\n")
    return run


def other_variable(warehouse, run):
    """A variable was given that the release was not built with."""
    return replace(run, variables={"editions": [1]})


def built_since(warehouse, run):
    """A node was built since the release, and is not in this run."""
    warehouse.execute("insert into quality.built_since_release values ('model.p.facts')")
    return run


def other_function(warehouse, run):
    """A function of the package was another when the release was made."""
    path = run.release_path / "internal" / "state" / "files.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"barometer/release/gate.py": "0"}))
    return run


def other_version(warehouse, run):
    """A package had another version."""
    path = run.release_path / "internal" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"versions": manifest["versions"] | {"duckdb": "0"}}))
    warehouse.execute(
        "update quality.released_from set release_id = $1", [release_id(run.release_path)]
    )
    return run


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (other_release, "the warehouse is not the one that"),
        (other_variable, "the variables are not those of the release"),
        (built_since, "model.p.facts was built since the release, and not in this run"),
        (other_function, "dbt does not see that these changed: barometer/release/gate.py"),
        (other_version, "other versions are installed of duckdb"),
    ],
)
def test_what_was_left_out_may_be_other_than_released(warehouse, released, change, reason):
    """Then all has to be built: the reason says why."""
    run = change(warehouse, part(released, "seed.p.labels", "model.p.figures"))
    (found,) = reasons_to_withhold(warehouse, run)
    assert reason in found and found.endswith("; build all")


def test_what_was_built_since_and_again_is_released(warehouse, released):
    """So is what was built since and is no node any more."""
    run = part(released, "seed.p.labels", "model.p.figures")
    warehouse.execute(
        "insert into quality.built_since_release values ('model.p.figures'), ('model.p.gone')"
    )
    assert reasons_to_withhold(warehouse, run) == []


def test_a_warehouse_that_was_never_released(warehouse, released):
    """Or was removed and begun anew: all is built."""
    warehouse.execute("delete from quality.released_from")
    run = part(released, "seed.p.labels")
    assert "the warehouse is not the one that" in reasons_to_withhold(warehouse, run)[0]
