"""What the printed tables give away: counts of solutions, by themselves and of a whole build."""

from collections import Counter
from fractions import Fraction
from itertools import product

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.method.disclosure import (
    DISCLOSURE_SCHEMA,
    count,
    count_bases,
    disclosure_risks,
    printed_units,
    solutions_with_share,
    solutions_within,
    whole_weights,
)
from helpers import (
    codes,
    copy_built,
    read_cells,
    reference,
    run_dbt,
    without_exports,
    write_cells,
)

WEIGHTED_STRATA = st.lists(
    st.tuples(st.integers(1, 300), st.integers(1, 6)), min_size=1, max_size=4
)


def half_up(share: Fraction) -> Fraction:
    """A share as a percentage with one decimal, half away from zero."""
    return Fraction((share * 1000 + Fraction(1, 2)).__floor__(), 10)


@given(WEIGHTED_STRATA, st.integers(-50, 2000), st.integers(0, 500))
def test_solutions_are_those_of_a_full_search(strata, low, width):
    """Every solution in the interval, each once, and no other."""
    weights, limits = zip(*strata, strict=True)
    expected = [
        solution
        for solution in product(*(range(limit + 1) for limit in limits))
        if low <= sum(w * a for w, a in zip(weights, solution, strict=True)) <= low + width
    ]
    assert list(solutions_within(weights, limits, low, low + width)) == expected


@given(WEIGHTED_STRATA, st.integers(0, 1000))
def test_shares_are_rounded_exactly(strata, share):
    """Counts have the share when it rounds to it; halfway between two it has both."""
    weights, limits = zip(*strata, strict=True)
    total = sum(w * n for w, n in zip(weights, limits, strict=True))
    expected = {
        solution
        for solution in product(*(range(limit + 1) for limit in limits))
        if abs(
            Fraction(sum(w * a for w, a in zip(weights, solution, strict=True)), total)
            - Fraction(share, 1000)
        )
        <= Fraction(1, 2000)
    }
    assert set(solutions_with_share(weights, limits, total, share)) == expected


def test_halfway_is_both():
    """One hit in 2,000 is 0.05 %: software may print either neighbour."""
    for share in (0, 1):
        assert (0, 1) in set(solutions_with_share((1, 1), (1999, 1), 2000, share))


def test_weights_become_whole_numbers():
    """Over the common denominator, the largest first, the limits with their weights."""
    assert whole_weights([Fraction(3, 2), Fraction(10, 3)], [5, 7]) == ((20, 9), (7, 5))


def test_a_dash_is_an_empty_base():
    """Nothing but an empty base prints a dash, and it prints nothing else."""
    assert printed_units(None) is None and printed_units(41.6) == 416
    assert list(solutions_with_share((3,), (0,), 0, None)) == [(0,)]
    assert list(solutions_with_share((3,), (0,), 0, 0)) == []
    assert list(solutions_with_share((3,), (2,), 6, None)) == []


def test_counting_stops_at_the_limit():
    """The limit means that many or more."""
    assert count(solutions_within((1,), (9,), 0, 9), 100) == 10
    assert count(solutions_within((1,), (9,), 0, 9), 4) == 4
    bases = [(2,), (4,), (3,)]
    # Halves need an even base; nothing in any.
    assert count_bases((1,), iter(bases), [500, 0], 100) == ([2, 3], 2)
    assert count_bases((1,), iter(bases), [500, 0], 1) == ([1, 1], 1)
    assert count_bases((1,), iter([]), [500], 100) == ([0], 0)


CELL = {
    "edition": 1, "table_id": "t", "indicator_id": "i", "base_id": "b", "domain": "d",
    "category": "c", "printed_pct": 50.0, "is_base_everybody": True, "base_printed_pct": None,
}
STRATA = pa.Table.from_pylist(
    [
        {
            "edition": 1, "stratum_number": number, "usable_count": usable,
            "weighted_population_count": 10, "weighted_usable_count": 4,
        }
        for number, usable in [(1, 4), (2, 0)]
    ]
)
DOMAINS = pa.Table.from_pylist(
    [{"stratum_number": number, "domain": "d", "category": "c"} for number in (1, 2)]
)


def rule(threshold=2.0):
    """The rule on counts of solutions, beside another one, as a table."""
    return pa.Table.from_pylist(
        [
            {"measure": "respondent_count", "threshold": 99.0},
            {"measure": "solution_count", "threshold": threshold},
        ]
    )


def test_cells_are_flagged_by_the_rule():
    """Two of four is the one solution that prints 50 %; a rule of another measure is not asked."""
    cells = pa.Table.from_pylist([CELL])
    found = disclosure_risks(cells, STRATA, DOMAINS, rule(), 10)
    assert found.schema == DISCLOSURE_SCHEMA
    (risk,) = found.to_pylist()
    assert (risk["cell_solution_count"], risk["row_solution_count"]) == (1, None)
    assert risk["is_explained_by_few"]
    (other,) = disclosure_risks(cells, STRATA, DOMAINS, rule(1.0), 10).to_pylist()
    assert not other["is_explained_by_few"]


def test_rows_are_counted_together():
    """Each cell leaves some bases, the row only those that all of them leave."""
    cells = pa.Table.from_pylist(
        [
            CELL | {"is_base_everybody": False, "indicator_id": name, "printed_pct": share}
            for name, share in [("half", 50.0), ("third", 33.3), ("dash", None)]
        ]
    )
    found = disclosure_risks(cells.slice(0, 2), STRATA, DOMAINS, rule(), 10).to_pylist()
    assert [risk["cell_solution_count"] for risk in found] == [2, 1]
    assert [risk["row_solution_count"] for risk in found] == [0, 0]
    (empty,) = disclosure_risks(cells.slice(2), STRATA, DOMAINS, rule(), 10).to_pylist()
    assert empty["cell_solution_count"] == empty["row_solution_count"] == 1


def test_a_threshold_beyond_the_limit_is_refused():
    """A rule that counting cannot decide says so."""
    with pytest.raises(ValueError, match="solution_count: found threshold 11; expected at most"):
        disclosure_risks(pa.Table.from_pylist([CELL]), STRATA, DOMAINS, rule(11.0), 10)


@pytest.fixture(scope="module")
def warehouse(built_project):
    """The warehouse of the build."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def smallest_sector(warehouse):
    """Edition and code of the sector with the fewest usable responses whose tables are printed."""
    tables = {table["table_id"] for table in reference("report_tables") if table["domain"]}
    published = {
        int(row["edition"])
        for row in reference("published_figures")
        if row["source"] in tables
    }
    return warehouse.execute(
        """
        select edition, sector_code from marts.dim_strata
        where list_contains($1, edition)
        group by edition, sector_code order by sum(usable_count), edition limit 1
        """,
        [sorted(published)],
    ).fetchone()


def published_row(edition, table, category):
    """What the report prints of one row of a table, by indicator."""
    return {
        row["indicator"]: (Fraction(row["value"]), row["base"])
        for row in reference("published_figures")
        if (int(row["edition"]), row["source"], row["category"]) == (edition, table, category)
    }


def share_of(hits, base, weights):
    """Weighted share as a fraction."""
    return sum(w * a for w, a in zip(weights, hits, strict=True)) / sum(
        w * m for w, m in zip(weights, base, strict=True)
    )


def test_one_set_of_answers_gives_the_smallest_sector(warehouse):
    """Six adopter solutions give its adoption rate, and one of them its applications.

    From the seeds alone - what the report prints - with fractions and a full search.
    """
    edition, sector = smallest_sector(warehouse)
    usable = {
        row["size_class_code"]: int(row["usable_count"])
        for row in reference("expected_counts")
        if (int(row["edition"]), row["sector_code"]) == (edition, sector)
    }
    population = {
        row["size_class_code"]: int(row["population_count"])
        for row in reference("population")
        if (int(row["edition"]), row["sector_code"]) == (edition, sector)
    }
    limits = list(usable.values())
    weights = [Fraction(population[size], usable[size]) for size in usable]
    assert sum(limits) == 32
    printed_bases = {table["base_id"] for table in reference("report_tables")}
    (adopters,) = (
        row
        for row in reference("bases")
        if row["base_id"] in printed_bases and row["question_ids"]
    )
    adoption = next(
        row["indicator_id"]
        for row in reference("indicators")
        if row["question_id"] == adopters["question_ids"]
        and row["hit_codes"] == adopters["answer_codes"]
        and "tabel" in row["source"]
    )
    rows = {
        table["table_id"]: published_row(edition, table["table_id"], sector)
        for table in reference("report_tables")
        if table["domain"] == "sector"
    }
    rate = next(row[adoption][0] for row in rows.values() if adoption in row)
    assert rate == Fraction("41.6")
    solutions = list(product(*(range(limit + 1) for limit in limits)))
    adopter_solutions = [
        solution for solution in solutions if half_up(share_of(solution, limits, weights)) == rate
    ]
    assert len(adopter_solutions) == 6

    def printable(base):
        """Every percentage that hits within the base can print."""
        return {
            half_up(share_of(solution, base, weights))
            for solution in product(*(range(limit + 1) for limit in base))
        }

    prints = {base: printable(base) for base in adopter_solutions}
    checked = Counter()
    for table, row in rows.items():
        bases = {base for _, base in row.values()}
        for indicator, (value, base) in row.items():
            (found,) = warehouse.execute(
                """
                select cell_solution_count, row_solution_count, is_explained_by_few
                from estimates.int_disclosure_risks
                where edition = $1 and table_id = $2 and category = $3 and indicator_id = $4
                """,
                [edition, table, sector, indicator],
            ).fetchall()
            if base == adopters["base_id"]:
                expected = sum(value in prints[solution] for solution in adopter_solutions)
                together = sum(
                    all(other in prints[solution] for other, _ in row.values())
                    for solution in adopter_solutions
                )
                assert together == 1
            else:
                expected = sum(
                    half_up(share_of(solution, limits, weights)) == value for solution in solutions
                )
                together = None
            assert found == (expected, together, True), (table, indicator)
            checked[table] += 1
        assert len(bases) == 1
    assert len(checked) == 2 and min(checked.values()) > 5


def test_every_printed_cell_is_counted(warehouse):
    """The cells of int_disclosure_risks are those of the marts with the tables of percentages."""
    for table in reference("report_tables"):
        if not table["domain"]:
            continue
        mart = warehouse.sql(f"select * from marts.{table['mart_name']}").to_arrow_table()
        indicators = {
            row["indicator_id"]
            for row in reference("indicators")
            if table["table_id"] in codes(row["source"])
        }
        printed = {
            (row["edition"], row[f"{table['row_dimension']}_code"], name): row[name]
            for row in mart.to_pylist()
            for name in indicators
            if row[name] is not None
        }
        counted = {
            (edition, category, indicator): value
            for edition, category, indicator, value in warehouse.execute(
                "select edition, category, indicator_id, printed_pct from estimates.int_disclosure_risks "
                "where table_id = $1 and printed_pct is not null",
                [table["table_id"]],
            ).fetchall()
        }
        assert counted == printed


def test_few_solutions_mean_few_responses(warehouse):
    """Counts stop at the limit; a size class, with many responses, is nowhere flagged."""
    flagged, lowest = warehouse.sql(
        "select count_if(is_explained_by_few and domain = 'size'), "
        "min(cell_solution_count) filter (domain = 'size') from estimates.int_disclosure_risks"
    ).fetchone()
    limit = warehouse.sql(
        "select max(cell_solution_count) from estimates.int_disclosure_risks"
    ).fetchone()[0]
    assert flagged == 0 and lowest == limit


def test_nothing_is_withheld_by_default(warehouse):
    """The report prints all its cells: every estimate is free."""
    assert warehouse.sql("select distinct conf_status from marts.fct_estimates").fetchall() == [
        ("F",)
    ]


@pytest.fixture(scope="module")
def protected(built_project, tmp_path_factory):
    """A copy in which somebody decided that the newest edition is protected, with rules that two
    sets of counts and two values are enough: what depends on that, built again."""
    folder = without_exports(
        copy_built(built_project, tmp_path_factory.mktemp("protected") / "project")
    )
    newest = max(int(row["edition"]) for row in reference("editions"))
    seeds = folder / "seeds" / "reference"
    header, *_ = read_cells(seeds / "disclosure_control.csv")
    write_cells(
        seeds / "disclosure_control.csv", [header, [str(newest), "true", "to see", "2031-01-01"]]
    )
    cells = read_cells(seeds / "confidentiality_rules.csv")
    measure, threshold = (cells[0].index(name) for name in ("measure", "threshold"))
    for row in cells[1:]:
        if row[measure] != "respondent_count":
            row[threshold] = "2"
    write_cells(seeds / "confidentiality_rules.csv", cells)
    build = run_dbt(
        folder, "build", "--select", "disclosure_control+", "confidentiality_rules",
        "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test",
    )
    return {"folder": folder, "edition": newest, "build": build}


def test_a_protected_edition_has_no_numbers_of_a_scope(protected):
    """What the strata left out answered would follow from the totals: rows say so, and no more."""
    with duckdb.connect(str(protected["folder"] / "warehouse.duckdb"), read_only=True) as warehouse:
        for schema in ("marts", "public"):
            rows = warehouse.sql(f"from {schema}.fct_scope_estimates").to_arrow_table().to_pylist()
            keys = {"edition", "scope_id", "indicator_id", "base_id", "conf_status", "cell_id"}
            for row in rows:
                is_protected = row["edition"] == protected["edition"]
                assert row["conf_status"] == ("C" if is_protected else "F")
                empty = {name for name, value in row.items() if value is None}
                assert empty == (set(row) - keys if is_protected else set())
            assert {row["conf_status"] for row in rows} == {"C", "F"}


def test_a_protected_edition_withholds(protected):
    """C and D, null in estimates, changes, tables and all that is public; the audit finds nothing."""
    build = protected["build"]
    assert build.returncode == 0, build.stdout[-4000:]
    with duckdb.connect(str(protected["folder"] / "warehouse.duckdb"), read_only=True) as warehouse:
        statuses = {
            tuple(key): status
            for *key, status in warehouse.sql(
                "select edition, indicator_id, base_id, domain, category, conf_status "
                "from marts.fct_estimates"
            ).fetchall()
        }
        withheld = {key for key, status in statuses.items() if status != "F"}
        assert {edition for edition, *_ in withheld} == {protected["edition"]}
        assert {statuses[key] for key in withheld} == {"C", "D"}
        smallest = smallest_sector(warehouse)
        assert all(
            key in withheld for key in statuses if (key[0], *key[3:]) == (smallest[0], "sector", smallest[1])
            and key[2] == "all" and key[1].startswith("uses_")
        )
        kept = {
            "edition", "indicator_id", "base_id", "domain", "category", "obs_status",
            "obs_status_rule_id", "conf_status", "cell_id",
        }
        for schema in ("marts", "public"):
            estimates = warehouse.sql(f"select * from {schema}.fct_estimates").to_arrow_table()
            for row in estimates.to_pylist():
                if row["conf_status"] != "F":
                    # Whether it is reliable would bound it.
                    reliability = {"obs_status", "obs_status_rule_id"} if schema == "public" else set()
                    assert {name for name, value in row.items() if value is not None} <= kept - reliability
            for row in warehouse.sql(f"select * from {schema}.fct_changes").to_arrow_table().to_pylist():
                key = tuple(row[name] for name in ("indicator_id", "base_id", "domain", "category"))
                is_withheld = {(row["edition"], *key), (row["previous_edition"], *key)} & withheld
                assert (row["change_pp"] is None) == bool(is_withheld)
                assert (row["obs_status"] is None) == (bool(is_withheld) and schema == "public")
        checked = 0
        for table in reference("report_tables"):
            if not table["domain"]:
                continue
            rows = warehouse.sql(f"select * from marts.{table['mart_name']}").to_arrow_table()
            empty = {
                (row["edition"], name, table["base_id"], table["domain"],
                 row[f"{table['row_dimension']}_code"])
                for row in rows.to_pylist()
                for name, value in row.items()
                if value is None
            }
            expected = {
                key for key in withheld
                if key[1] in rows.column_names and key[2:4] == (table["base_id"], table["domain"])
            }
            assert expected <= empty
            checked += len(expected)
        assert checked > 50
        reconciled = warehouse.sql(
            "select edition, indicator_id, base_id, domain, category, computed, is_reproduced "
            "from marts.rpt_reconciliation"
        ).fetchall()
        assert any(tuple(key) in withheld for *key, _, _ in reconciled)
        for *key, computed, is_reproduced in reconciled:
            assert is_reproduced
            assert tuple(key) not in withheld or computed is None


def test_the_release_diff_withholds_too(protected):
    """What a release withholds, though the one before had it, is listed without its number."""
    with duckdb.connect(str(protected["folder"] / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.sql(
            "select distinct difference_kind, is_revised, released_value, built_value, difference, "
            "released_se from quality.qlt_release_diff"
        ).fetchall() == [("withheld", False, None, None, None, None)]
