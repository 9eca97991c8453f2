"""What responses came in after, and the first respondents beside the last, in plain loops."""

import datetime
from math import sqrt

import duckdb
import pytest

from helpers import reference


@pytest.fixture(scope="module")
def warehouse(built_project):
    """The warehouse after a build."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def step_of(edition, channel, day):
    """The step that a response of a channel and a day belongs to."""
    own = [row for row in reference("contact_steps") if row["response_channel"] == channel]
    if own:
        return own[0]["contact_step_id"]
    sent = sorted(
        (datetime.date.fromisoformat(row["sent_on"]), row["contact_step_id"])
        for row in reference("mailings") if int(row["edition"]) == edition
    )
    before = [step for date, step in sent if date <= day]
    return before[-1] if before else sent[0][1]


def test_every_response_came_in_after_something(warehouse):
    """Each response of an enterprise in scope has its step, once; days sum to the fieldwork's counts."""
    rows = warehouse.sql(
        "select edition, response_channel, response_date, contact_step_id from responses.int_response_steps"
    ).fetchall()
    assert len({row[3] for row in rows}) == len(reference("contact_steps"))
    assert all(step_of(*row[:3]) == row[3] for row in rows)
    days = warehouse.sql(
        "select edition, sum(response_count), sum(usable_count) from marts.fct_response_days "
        "group by all order by all"
    ).fetchall()
    fieldwork = dict(
        ((edition, name), value) for edition, name, value in warehouse.sql(
            "select edition, indicator_id, value from marts.fct_fieldwork"
        ).fetchall()
    )
    assert days == [
        (edition, fieldwork[edition, "responses"], fieldwork[edition, "usable"])
        for edition in sorted({edition for edition, _ in fieldwork})
    ]
    assert sum(count for _, count, _ in days) == len(rows)
    assert warehouse.sql(
        "select count(*) from marts.fct_responses where contact_step_id is null or contact_type is null"
    ).fetchone() == (0,)


def test_steps_sum_to_the_key_figures(warehouse):
    """In every stratum the responses of all steps are those that the estimates count."""
    counts = {}
    for row in warehouse.sql(
        "select edition, stratum_number, indicator_id, base_id, base_count, value_sum "
        "from responses.int_step_indicator_counts"
    ).fetchall():
        base, hits = counts.get(row[:4], (0, 0))
        counts[row[:4]] = (base + row[4], hits + row[5])
    highlights = {(row["indicator_id"], row["base_id"]) for row in reference("site_highlights")}
    compared = 0
    for row in warehouse.sql(
        "select edition, stratum_number, indicator_id, base_id, base_count, value_sum "
        "from estimates.int_indicator_counts where replicate = 0"
    ).fetchall():
        if row[2:4] in highlights:
            assert counts.get(row[:4], (0, 0)) == row[4:], row
            compared += 1
    assert compared > 100


def test_the_last_respondents_beside_the_first(warehouse):
    """Both percentages and the standard error of their difference, from counts per stratum."""
    order = [row["contact_step_id"] for row in reference("contact_steps")]
    strata = {
        row[:2]: row[2:] for row in warehouse.sql(
            "select edition, stratum_number, final_weight, weighted_usable_count, "
            "weighted_population_count from estimates.int_strata_weighted"
        ).fetchall()
    }
    counts = {}
    for edition, step, stratum, indicator, base, members, hits in warehouse.sql(
        "select edition, contact_step_id, stratum_number, indicator_id, base_id, base_count, value_sum "
        "from responses.int_step_indicator_counts"
    ).fetchall():
        sides = counts.setdefault((edition, indicator, base), {order[0]: {}, order[-1]: {}})
        if step in sides:
            sides[step][stratum] = (members, hits)
    found = warehouse.sql("from estimates.int_step_differences").to_arrow_table().to_pylist()
    assert len(found) == len(counts) > 0
    for row in found:
        edition = row["edition"]
        sides = counts[edition, row["indicator_id"], row["base_id"]]
        means, bases = [], []
        for step in (order[0], order[-1]):
            weights = {stratum: strata[edition, stratum][0] for stratum in sides[step]}
            bases.append(sum(weights[s] * members for s, (members, _) in sides[step].items()))
            means.append(sum(weights[s] * hits for s, (_, hits) in sides[step].items()) / bases[-1])
        variance = 0.0
        for stratum in set(sides[order[0]]) | set(sides[order[-1]]):
            weight, sample, population = strata[edition, stratum]
            scores = []
            for sign, step, mean, base in (
                (-1, order[0], means[0], bases[0]), (1, order[-1], means[1], bases[1]),
            ):
                members, hits = sides[step].get(stratum, (0, 0))
                scores += [sign * (1 - mean) / base] * hits + [-sign * mean / base] * (members - hits)
            scores += [0.0] * (sample - len(scores))
            centre = sum(scores) / sample
            if sample > 1:
                variance += (
                    (1 - sample / population) * weight**2 * sample / (sample - 1)
                    * sum((score - centre) ** 2 for score in scores)
                )
        assert row["first_pct"] == pytest.approx(100 * means[0], rel=1e-12)
        assert row["last_pct"] == pytest.approx(100 * means[1], rel=1e-12)
        assert row["se_pp"] == pytest.approx(100 * sqrt(variance), rel=1e-9)
        assert row["p_value"] <= row["adjusted_p_value"] <= 1


def test_readers_see_what_brought_responses_in(warehouse, built_project):
    """The quality report has a row for each step and channel, in both languages, and the verdicts."""
    page = (built_project / "release" / "public" / "quality_report.html").read_text(encoding="utf-8")
    terms = {row["term_id"]: row for row in reference("report_terms")}
    for code in ("nl", "en"):
        for seed in ("contact_steps", "response_channels"):
            for row in reference(seed):
                assert f">{row[f'label_{code}']}</th>" in page, row
        assert terms["late_alike"][f"label_{code}"] in page
    last = warehouse.sql(
        "select value from public.rpt_quality where measure_id = 'step_response_rate_pct' "
        "order by edition desc, category_sort_order desc limit 1"
    ).fetchone()
    assert last == warehouse.sql(
        "select round(value, 1) from marts.fct_fieldwork where unit = 'percent' "
        "order by edition desc limit 1"
    ).fetchone()
