"""Claims of the report, against plain rules over released estimates, and the numbers of its text."""

from collections import Counter

import duckdb
import pytest

from helpers import PROJECT, codes, read_rows, reference

CLAIMS = reference("claims")
KINDS = {row["claim_kind"]: row for row in reference("claim_kinds")}
NUMBERS = read_rows(PROJECT / "tests" / "reference" / "report_numbers.csv")


@pytest.fixture(scope="module")
def warehouse(built_project):
    """The warehouse after a build."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def marts(warehouse):
    """Estimates, weighted bases and changes by what they are of."""
    estimates = {
        row[:5]: row[5:]
        for row in warehouse.sql(
            """
            select edition, indicator_id, base_id, domain, category,
                estimate_pct, population_estimate, hit_population_estimate
            from marts.fct_estimates
            """
        ).fetchall()
    }
    changes = {
        row[:5]: row[5]
        for row in warehouse.sql(
            """
            select edition, indicator_id, base_id, domain, category, change_pp
            from marts.fct_changes where is_comparable
            """
        ).fetchall()
    }
    return estimates, changes


def is_true(claim, edition, estimates, changes):
    """What a reader of the marts would say of a claim; none where something is not there."""
    kind, base, domain = claim["claim_kind"], claim["base_id"], claim["domain"]
    value = float(claim["value"] or KINDS[kind]["value"] or 0)
    near = float(claim["tolerance"] or 0)
    named = codes(claim["indicator_ids"])
    categories = claim["categories"].split("|")
    listed = claim["compared_ids"].split("|") if claim["compared_ids"] else []
    compared_with = claim["compared_with"] or KINDS[kind]["compared_with"]

    def estimate(indicator, base, domain, category):
        return estimates.get((edition, indicator, base, domain, category), (None,))[0]

    def rivals(indicator, category):
        if compared_with == "bases":
            return [estimate(indicator, other, domain, category) for other in listed]
        if compared_with == "total":
            return [estimate(indicator, base, "total", "total")]
        if compared_with == "others":
            others = [
                row for key, row in estimates.items()
                if key[:4] == (edition, indicator, base, domain) and key[4] != category
            ]
            population = sum(row[1] for row in others)
            return [100 * sum(row[2] for row in others) / population if population else None]
        if compared_with == "categories":
            names = listed or [
                key[4] for key in estimates
                if key[:4] == (edition, indicator, base, domain) and key[4] not in categories
            ]
            return [estimate(indicator, base, domain, name) for name in names]
        items = [row for row in reference("figures") if row["figure"] == claim["place"]]
        series = [
            row["series_id"] for row in items
            if (row["indicator_id"], row["base_id"]) == (indicator, base)
        ]
        names = listed or [
            row["indicator_id"] for row in items
            if row["base_id"] == base and row["series_id"] in series
            and row["indicator_id"] not in named
            and (edition, row["indicator_id"], base, domain, category) in estimates
        ]
        return [estimate(name, base, domain, category) for name in names]

    verdicts = []
    for indicator in named:
        for category in categories:
            if compared_with == "previous_edition":
                change = changes.get((edition, indicator, base, domain, category))
                if change is None:
                    return None
                verdicts.append(
                    {"rose": change > value, "fell": change < -value}.get(kind, abs(change) < near)
                )
                continue
            found = estimate(indicator, base, domain, category)
            if found is None:
                return None
            if compared_with == "number":
                verdicts.append(
                    {
                        "majority": found > value, "more_than": found > value,
                        "net_rise": found > value, "minority": found < value,
                        "less_than": found < value, "net_fall": found < value,
                        "about": abs(found - value) < near,
                        "nearly": value - near < found < value,
                    }[kind]
                )
                continue
            others = rivals(indicator, category)
            if not others or None in others:
                return None
            verdicts.append(
                {
                    "highest": found > max(others),
                    "lowest": found < min(others),
                    "rank": sum(other > found for other in others) == value - 1
                    and found not in others,
                    "above": all(found - other > value for other in others),
                    "below": all(found - other < value for other in others),
                    "equal": all(abs(found - other) < near for other in others),
                    "sum": abs(found - sum(others)) < 1e-9,
                }[kind]
            )
    return all(verdicts)


def test_verdicts_are_those_of_plain_rules(warehouse, marts):
    """Of every claim in every edition: whether it is true of the numbers, or not measured."""
    verdicts = {
        row[:2]: row[2]
        for row in warehouse.sql("select edition, claim_id, verdict from marts.rpt_claims").fetchall()
    }
    editions = {edition for edition, _ in verdicts}
    assert len(verdicts) == len(editions) * len(CLAIMS) > 2 * 150
    wrong = []
    for claim in CLAIMS:
        for edition in editions:
            expected = is_true(claim, edition, *marts)
            found = verdicts[edition, claim["claim_id"]]
            kinds = {None: {"not_measured"}, False: {"contradicted"}}
            if found not in kinds.get(expected, {"supported", "within_noise"}):
                wrong.append((edition, claim["claim_id"], found, expected))
    assert not wrong, wrong


def test_what_is_supported_is_beyond_noise(warehouse):
    """Holm's correction recomputed over the claims of each family; a sum needs no test."""
    families = {}
    for edition, family, kind, p_value, adjusted, verdict in warehouse.sql(
        """
        select edition, test_family, claim_kind, p_value, adjusted_p_value, verdict
        from marts.rpt_claims
        """
    ).fetchall():
        if p_value is None:
            assert verdict in ("not_measured", "within_noise") or kind == "sum"
            continue
        assert (verdict == "supported") == (adjusted < 0.05 or kind == "sum" and p_value < 1)
        families.setdefault((edition, family), []).append((p_value, adjusted))
    assert len(families) > 30
    for tests in families.values():
        reached = 0.0
        for place, (p_value, adjusted) in enumerate(sorted(tests)):
            reached = max(reached, min(1.0, (len(tests) - place) * p_value))
            assert adjusted == pytest.approx(reached, rel=1e-12)


def test_every_number_of_the_text_has_its_place():
    """Each number in the report's text is published, is that of a claim, or has a reason."""
    published = {(float(row["value"]), row["unit"]) for row in reference("published_figures")}
    claimed = {
        (row["section"], float(row["value"])) for row in CLAIMS if row["value"]
    }
    assert len(NUMBERS) > 600
    for row in NUMBERS:
        number = float(row["number"])
        if row["covered_by"] == "published":
            assert (number, row["unit"]) in published, row
        elif row["covered_by"] == "claim":
            assert (row["section"], number) in claimed, row
        else:
            assert len(row["covered_by"].split()) > 1, row
    assert Counter(row["covered_by"] == "published" for row in NUMBERS)[False] < 60


def test_every_kind_says_what_it_tests():
    """In both languages; and each claim has words of its own in both."""
    assert {row["claim_kind"] for row in CLAIMS} <= set(KINDS)
    for row in KINDS.values():
        assert row["test_nl"] and row["test_en"] and row["test_nl"] != row["test_en"]
    for row in CLAIMS:
        assert row["text_nl"] and row["text_en"] and not row["text_en"].endswith(".")
