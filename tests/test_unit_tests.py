"""dbt's unit tests: of code, and so of this suite and not of the yearly `dbt build`."""

import json

from helpers import run_dbt


def test_unit_tests_pass(project_copy):
    """All of them, over the columns that a build left."""
    run = run_dbt(project_copy, "test", "--select", "test_type:unit")
    assert run.returncode == 0, run.stdout[-6000:]
    manifest = json.loads((project_copy / "target" / "manifest.json").read_text("utf-8"))
    results = json.loads((project_copy / "target" / "run_results.json").read_text("utf-8"))
    passed = {row["unique_id"] for row in results["results"] if row["status"] == "pass"}
    assert passed >= set(manifest["unit_tests"]) and len(manifest["unit_tests"]) > 40


def test_a_build_leaves_them_out(built_project):
    """The refresh runs every data test and no unit test."""
    results = json.loads((built_project / "target" / "run_results.json").read_text("utf-8"))
    kinds = {row["unique_id"].split(".")[0] for row in results["results"]}
    assert {"seed", "model", "test"} <= kinds and "unit_test" not in kinds
