"""Every rule, expectation and test of a build, as one HTML page that loads nothing from elsewhere."""

from pathlib import Path

import duckdb

from barometer.outputs.page_frame.frame import environment
from barometer.release.gate import Run


def write_validation_report(
    session: duckdb.DuckDBPyConnection, editions: list[dict], run: Run, path: Path
) -> None:
    """Write the page.

    Args:
        session: connection to the warehouse.
        editions: edition, status and note of each edition released.
        run: the run of dbt at its end.
        path: the file to write.
    """
    expectations = session.sql("from checks.chk_expectation_results")
    input_rules = session.sql("from checks.chk_rule_counts order by sort_order")
    template = environment(__package__).get_template("validation_report")
    path.write_text(
        template.render(
            editions=editions,
            expectations=expectations.to_arrow_table().to_pylist(),
            tests=tests_of(run),
            input_rules=input_rules.to_arrow_table().to_pylist(),
        ),
        encoding="utf-8",
    )


def tests_of(run: Run) -> list[dict]:
    """Every data test of the project: name, claim, status, and rows at fault; and the grain that each
    table was held to when it was made.

    One that a run of changes left out passed, or only warned, when it was released.
    """
    claims = {
        unique_id: (node["name"], node["description"])
        for unique_id, node in run.manifest["nodes"].items()
        if node["resource_type"] == "test"
    } | {
        unique_id: (f"grain of {node['name']}", f"One row per {' × '.join(columns)}, without nulls.")
        for unique_id, node in run.manifest["nodes"].items()
        if (columns := node.get("config", {}).get("meta", {}).get("grain"))
    }
    return [
        {
            "name": name,
            "claim": " ".join(claim.split()),
            "status": "pass" if status == "success" else status,
            "failure_count": failure_count,
        }
        for unique_id, (name, claim) in sorted(claims.items())
        for status, failure_count in [run.outcomes.get(unique_id, ("unchanged", None))]
    ]
