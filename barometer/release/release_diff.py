"""What moved against the last release: diff.csv for a script, diff.html for a reader.

Both have every number of an edition released before that differs now, allowed or not; where
none does, the CSV file is its header and the page says so.
"""

from itertools import groupby
from pathlib import Path

import duckdb

from barometer.outputs.page_frame.frame import environment

# More rows than anybody reads: the page shows this many of an edition, the CSV file all.
ROWS_SHOWN = 500


def write_release_diff(
    session: duckdb.DuckDBPyConnection, folder: Path, is_compared: bool = True, has_earlier: bool = True
) -> None:
    """Write both files.

    Args:
        session: connection to the warehouse, with `quality.qlt_release_diff` and the marts.
        folder: the folder that receives diff.csv and diff.html.
        is_compared: whether `qlt_release_diff` was built in this run; where it was not, no mart
            of numbers was, and none moved.
        has_earlier: whether there is a release to compare with.
    """
    differences = session.sql(
        f"""
        select *
        from quality.qlt_release_diff
        where {is_compared}
        order by
            edition, previous_edition nulls first, released_se is null, mart_name, measure,
            indicator_id, base_id, domain, category
        """
    )
    path = str(folder / "diff.csv").replace("'", "''")
    session.execute(f"copy ({differences.sql_query()}) to '{path}' (format csv, header)")
    editions = session.sql(
        "select edition, status, revision, note from marts.dim_editions order by edition desc"
    ).to_arrow_table().to_pylist()
    template = environment(__package__).get_template("release_diff")
    page = template.render(
        editions=editions,
        has_earlier=has_earlier,
        sections=diff_sections(differences.to_arrow_table().to_pylist()),
    )
    (folder / "diff.html").write_text(page + "\n", encoding="utf-8")


def diff_sections(differences: list[dict]) -> list[dict]:
    """Rows of `qlt_release_diff`, sorted by edition, as the sections of the page.

    Returns:
        One dictionary an edition: `edition`, `counts` by difference_kind, `largest_se` (the
        largest move of an estimate or change in standard errors of the last release, or
        None), `rows` to show, and how many are left out as `hidden_count`.
    """
    sections = []
    for edition, group in groupby(differences, key=lambda row: row["edition"]):
        rows = [row | {"difference_se": in_standard_errors(row)} for row in group]
        kinds = [row["difference_kind"] for row in rows]
        sections.append(
            {
                "edition": edition,
                "counts": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
                "largest_se": max(
                    (row["difference_se"] for row in rows if row["difference_se"] is not None),
                    default=None,
                ),
                "rows": rows[:ROWS_SHOWN],
                "hidden_count": max(0, len(rows) - ROWS_SHOWN),
            }
        )
    return sections


def in_standard_errors(row: dict) -> float | None:
    """How far an estimate or a change moved, in standard errors of the last release."""
    if row["difference"] is None or not row["released_se"]:
        return None
    return abs(row["difference"]) / row["released_se"]
