"""Editions in a row: what only print has is marked so, has no interval and joins no line over a break."""

import re
from html import unescape

import duckdb
import pytest

from barometer.outputs.language.wording import LANGUAGES
from helpers import reference


@pytest.fixture(scope="module")
def public(built_project):
    """The public form of the series, as rows by edition, indicator and base."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql("from public.rpt_series").to_arrow_table().to_pylist()
    return {(row["edition"], row["indicator_id"], row["base_id"]): row for row in rows}


def test_print_is_copied_as_it_is(public):
    """Every printed number is in the series, as print, without an interval; and no other is print."""
    printed = {
        (int(row["edition"]), row["indicator_id"], row["base_id"]): float(row["value"])
        for row in reference("printed_estimates")
    }
    assert printed == {place: row["estimate_pct"] for place, row in public.items() if row["series_kind"] == "print"}
    for place in printed:
        assert public[place]["ci_lower_pct"] is None and public[place]["obs_status"] is None
        assert public[place]["source"]


def test_surveys_are_in_it_as_they_are_published(public, built_project):
    """Everything estimated of all enterprises, with its public interval."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as warehouse:
        estimates = warehouse.sql(
            "select edition, indicator_id, base_id, estimate_pct, ci_lower_pct, ci_upper_pct "
            "from public.fct_estimates where domain = 'total'"
        ).fetchall()
    found = {
        (*place, row["estimate_pct"], row["ci_lower_pct"], row["ci_upper_pct"])
        for place, row in public.items() if row["series_kind"] == "survey"
    }
    assert found == set(estimates) and len(found) > 100


def test_a_printed_edition_that_is_another_breaks_the_series(public):
    """To both sides, with its reason; two surveys of the same question have no break."""
    reasons = {int(row["edition"]): row for row in reference("printed_editions")}
    assert any(row["is_comparable"] == "false" for row in reasons.values())
    places = [(indicator, base) for edition, indicator, base in public if edition in reasons]
    for indicator, base in set(places):
        row = [public[place] for place in sorted(public) if place[1:] == (indicator, base)]
        assert not row[0]["is_break"]
        for before, after in zip(row, row[1:], strict=False):
            assert after["previous_edition"] == before["edition"]
            odd = [each for each in (after, before) if each["series_kind"] == "print"]
            if odd:
                assert after["is_break"]
                assert after["break_reason_en"] == reasons[odd[0]["edition"]]["reason_en"]
    indicator = reference("site_highlights")[0]["indicator_id"]
    joined = [row for row in public.values() if row["previous_edition"] and not row["is_break"]
              and row["indicator_id"] == indicator]
    assert [row["series_kind"] for row in joined] == ["survey"]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_page_says_what_is_only_print(public, built_project, language):
    """Hollow points, no line to one that cannot be compared, no change of it; sources below."""
    folder = built_project / "release" / "public" / "site" / language.code
    text = unescape((folder / "series.html").read_text(encoding="utf-8"))
    shown = {place[1:] for place, row in public.items() if row["series_kind"] == "print"}
    panels = re.findall(r'<li class="row".*?</li>', text, re.DOTALL)
    assert len(panels) == len(shown)
    points = {place: row for place, row in public.items() if place[1:] in shown}
    assert text.count('class="point printed"') == sum(row["series_kind"] == "print" for row in points.values())
    joined = sum(bool(row["previous_edition"]) and not row["is_break"] for row in points.values())
    assert text.count("<line") == joined > 0
    assert text.count('<span class="note">') == joined
    for row in reference("printed_editions"):
        assert row["source"] in text and row[f"reason_{language.code}"] in text
    assert 'href="series.html"' in (folder / "index.html").read_text(encoding="utf-8")
