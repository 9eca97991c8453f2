"""The share of a category of enterprises in the newest edition, with its interval, by SQL.

    python examples/python/share.py "text mining" small
    python examples/python/share.py "tekstanalyse" klein path/to/release

An indicator is found by its whole label, a sector or size class by how its label begins, in
Dutch or English, in upper or lower case.
"""

import sys
from difflib import get_close_matches
from pathlib import Path

import duckdb

# How many labels are offered where none fits.
NEAR = 3

# The newest edition alone; one row for each base of which the share is taken.
QUERY = """
    select
        estimates.edition, editions.status, indicators.label_en as indicator,
        categories.label_en as category, estimates.base_id, estimates.estimate_pct,
        estimates.ci_lower_pct, estimates.ci_upper_pct, estimates.obs_status
    from marts.fct_estimates as estimates
    inner join marts.dim_editions as editions using (edition)
    inner join marts.dim_indicators as indicators using (indicator_id)
    inner join marts.dim_categories as categories using (domain, category)
    where
        estimates.edition = (select max(edition) from marts.dim_editions)
        and lower($indicator) in (lower(indicators.label_nl), lower(indicators.label_en))
        and (
            starts_with(lower(categories.label_nl), lower($category))
            or starts_with(lower(categories.label_en), lower($category))
        )
    order by all
"""


def shares(release: Path, indicator: str, category: str) -> list[dict]:
    """Rows of `QUERY`, by column name; none where no label fits."""
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as marts:
        answer = marts.execute(QUERY, {"indicator": indicator, "category": category})
        columns = [column[0] for column in answer.description]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def sentence(row: dict) -> str:
    """A row of `shares` as it may be quoted: no number where it is unreliable or withheld."""
    what = "{edition} ({status} data), {category}, {indicator}, base {base_id}: ".format(**row)
    if row["estimate_pct"] is None:
        return what + "withheld"
    if row["obs_status"] == "U":
        return what + "low reliability, not to be quoted"
    numbers = "{estimate_pct:.1f} % (95 % interval {ci_lower_pct:.1f} to {ci_upper_pct:.1f})"
    return what + numbers.format(**row)


def near_labels(release: Path, table: str, asked: str) -> list[str]:
    """The labels of a dimension, in either language, most like what was asked for; those that hold it go first."""
    with duckdb.connect(str(release / "internal" / "ai_barometer.duckdb"), read_only=True) as marts:
        labels = [label for (label,) in marts.sql(
            f"select label_nl from marts.{table} union select label_en from marts.{table} order by 1"
        ).fetchall()]
    held = [label for label in labels if asked.lower() in label.lower()]
    lower = {label.lower(): label for label in labels}
    alike = [lower[label] for label in get_close_matches(asked.lower(), lower, NEAR, 0.4)]
    return list(dict.fromkeys(held + alike))[:NEAR]


def main(indicator: str, category: str, release: str = "release") -> None:
    """Print what is found, or stop and say what is most like it."""
    found = shares(Path(release), indicator, category)
    if not found:
        near = "; ".join(
            f"{table}: " + ", ".join(map(repr, near_labels(Path(release), table, asked)))
            for table, asked in (("dim_indicators", indicator), ("dim_categories", category))
        )
        sys.exit(f"{release} has no estimate labelled {indicator!r} for {category!r}; the nearest labels of {near}")
    print("\n".join(map(sentence, found)))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
