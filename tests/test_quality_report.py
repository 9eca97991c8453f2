"""The quality report: the page by itself, and what a whole build says of its data."""

import re
from collections import Counter
from html.parser import HTMLParser

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from barometer.outputs.exports.quality_report import quality_page, quality_tables, value_text, write_quality_report
from barometer.outputs.language.wording import LANGUAGES, Wording
from helpers import PROJECT, published_marts, read_rows, reference
from plain_survey import PlainSurvey

SEEDS = PROJECT / "seeds"

TERMS = pa.Table.from_pylist(reference("report_terms"))
NL, EN = (Wording(language, TERMS) for language in LANGUAGES)

ROW = {
    "concept_code": "S.9.1", "concept_label_nl": "Begrip", "concept_label_en": "Concept",
    "measure_id": "m", "measure_label_nl": "Maat m", "measure_label_en": "Measure m",
    "domain": "total", "category": "total", "category_sort_order": 0,
    "category_label_nl": "Totaal", "category_label_en": "Total",
    "value": 1234.0, "unit": "count", "text_nl": None, "text_en": None,
}


@pytest.mark.parametrize(
    ("changes", "printed"),
    [
        ({}, ("1.234", "1,234")),
        ({"value": 12.3, "unit": "percent"}, ("12,3%", "12.3%")),
        ({"value": 1.5, "unit": "ratio"}, ("1,50", "1.50")),
        ({"value": None, "unit": "date", "text_nl": "d", "text_en": "d"}, ("d", "d")),
        ({"value": None}, ("–", "–")),
    ],
)
def test_values_are_written_in_their_unit(changes, printed):
    """Marks of the language; a date as it is; a dash where there is nothing."""
    assert tuple(value_text(ROW | changes, wording) for wording in (NL, EN)) == printed


def test_tables_of_a_concept():
    """Measures of everybody alone; categories down with the total last; gaps are dashes."""
    rows = [
        ROW | {"measure_id": "alone", "measure_label_en": "Alone", "value": 7.0},
        ROW | {"value": 3.0},
        *(
            ROW | {
                "domain": "sector", "category": code, "category_label_en": code.upper(),
                "category_sort_order": order, "value": float(order), "measure_id": measure,
                "measure_label_en": measure,
            }
            for measure, order, code in [("m", 2, "b"), ("m", 1, "a"), ("n", 1, "a")]
        ),
    ]
    alone, by_sector = quality_tables(rows, EN)
    assert alone["rows"] == [{"label": "Alone", "cells": ["7"]}]
    assert by_sector["columns"] == ["m", "n"]
    assert by_sector["rows"] == [
        {"label": "A", "cells": ["1", "1"]},
        {"label": "B", "cells": ["2", "–"]},
        {"label": "Total", "cells": ["3", "–"]},
    ]


def test_breaks_are_named_below_their_table():
    """A number with a text has it in a note."""
    (table,) = quality_tables(
        [ROW | {"domain": "previous_edition", "category": "1", "category_label_en": "1",
                "value": 2.0, "text_en": "This; that"}],
        EN,
    )
    assert table["notes"] == ["1, Measure m: This; that"]


@pytest.mark.parametrize(("status", "is_synthetic"), [("synthetic", True), ("final", False)])
def test_status_of_the_data_is_said(status, is_synthetic):
    """The page says what the data are; synthetic ones are marked."""
    narrative = ROW | {
        "measure_label_nl": None, "measure_label_en": None, "value": None, "text_en": "Words."
    }
    page = quality_page(1, status, [narrative], EN)
    assert page["status"] == EN.editions({1: status}) and page["is_synthetic"] == is_synthetic
    assert page["concepts"] == [
        {"code": "S.9.1", "level": 4, "label": "Concept", "text": "Words.", "tables": []}
    ]


class Outline(HTMLParser):
    """Headings, identifiers, links and the columns of each table of a page."""

    def __init__(self, page):
        super().__init__()
        self.levels, self.ids, self.links, self.scopeless, self.languages = [], [], [], 0, set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Note what the tests ask for."""
        attributes = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "th" and "scope" not in attributes:
            self.scopeless += 1
        if "lang" in attributes:
            self.languages.add(attributes["lang"])


@pytest.fixture(scope="module")
def page(built_project):
    """The page of a whole build."""
    return (built_project / "release" / "public" / "quality_report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def marts(built_project):
    """The released database."""
    with duckdb.connect(
        str(built_project / "release" / "internal" / "ai_barometer.duckdb"), read_only=True
    ) as connection:
        yield connection


def test_page_needs_nothing_else(page):
    """It loads nothing and runs nothing."""
    for row in reference("publication"):
        page = page.replace(row["url"], "") if row["url"] else page
    page = page.replace('<link rel="icon" href="data:,">', "")
    for forbidden in ("http:", "https:", "src=", "@import", "url(", "<script", "<link"):
        assert forbidden not in page


def test_page_can_be_navigated(page):
    """No heading level is skipped, links lead to places, header cells say what they head."""
    outline = Outline(page)
    assert outline.levels[0] == 1
    for one, other in zip(outline.levels, outline.levels[1:]):
        assert other <= one + 1
    assert len(set(outline.ids)) == len(outline.ids)
    assert {link.removeprefix("#") for link in outline.links} - set(outline.ids) == {"index.html"}
    assert outline.scopeless == 0 and outline.languages == {"nl", "en"}


def test_page_says_what_the_mart_says(page, marts):
    """Every concept, text and measure of every edition, in both languages, and its status."""
    for wording in (NL, EN):
        language = wording.language.code
        statuses = dict(marts.sql("select edition, status from marts.dim_editions").fetchall())
        for edition, status in statuses.items():
            assert wording.editions({edition: status}) in page
        escaped = page.replace("&#39;", "'").replace("&gt;", ">").replace("&amp;", "&")
        for column in ("concept_label", "measure_label", "text", "category_label"):
            for (text,) in marts.sql(
                f"select distinct {column}_{language} from marts.rpt_quality "
                f"where {column}_{language} is not null"
            ).fetchall():
                assert text in escaped, text


def test_every_concept_and_measure_is_there(marts):
    """Each concept of the seed has a text or a number in every edition, each measure a number."""
    editions = {edition for (edition,) in marts.sql("from marts.dim_editions select edition")
                .fetchall()}
    found = set(
        marts.sql("select distinct edition, concept_code from marts.rpt_quality").fetchall()
    )
    assert found == {
        (edition, row["concept_code"]) for edition in editions
        for row in reference("quality_concepts")
    }
    measures = {measure for (measure,) in marts.sql(
        "select distinct measure_id from marts.rpt_quality where edition = "
        "(select max(edition) from marts.dim_editions)"
    ).fetchall()}
    assert measures - {"narrative"} == {row["measure_id"] for row in reference("quality_measures")}


def test_concepts_are_those_of_sims():
    """Every concept of SIMS 2.0 and no other, by its name (tests/reference/sims)."""
    expected = read_rows(PROJECT / "tests" / "reference" / "sims" / "concepts.csv")
    assert len(expected) == 99
    assert [
        {"concept_code": row["concept_code"], "label_en": row["label_en"]}
        for row in sorted(reference("quality_concepts"), key=lambda row: int(row["sort_order"]))
    ] == expected


def test_what_a_concept_lacks_has_a_reason():
    """A text says what is, or that it does not apply or is not known and why, alike in both languages."""
    openings = {
        "Not applicable: ": "Niet van toepassing: ", "Not available: ": "Niet beschikbaar: ",
    }
    texts = reference("quality_texts")
    lacking = 0
    for row in texts:
        for english, dutch in openings.items():
            is_lacking = row["text_en"].startswith(english)
            assert is_lacking == row["text_nl"].startswith(dutch), row["concept_code"]
            lacking += is_lacking
            assert not is_lacking or len(row["text_en"]) > len(english) + 20, row["concept_code"]
    assert 10 < lacking < len(texts) / 2


def test_concepts_are_in_the_order_of_sims():
    """Numbers ascend, and no concept is without the one above it."""
    numbers = [
        tuple(map(int, row["concept_code"].removeprefix("S.").split(".")))
        for row in sorted(reference("quality_concepts"), key=lambda row: int(row["sort_order"]))
    ]
    assert numbers == sorted(numbers)
    assert {number[:-1] for number in numbers if len(number) > 1} <= set(numbers)


def test_rates_are_those_of_the_counts(marts):
    """Response rates of strata, sectors, sizes and the total, computed again from dim_strata."""
    rows = marts.sql("select * from marts.dim_strata").to_arrow_table().to_pylist()
    quality = {
        tuple(key): value
        for *key, value in marts.sql(
            "select edition, measure_id, domain, category, value from marts.rpt_quality"
        ).fetchall()
    }
    domains = {
        "total": lambda row: "total", "sector": lambda row: row["sector_code"],
        "size": lambda row: row["size_class_code"], "stratum": lambda row: row["stratum_id"],
    }
    checked = 0
    for domain, category_of in domains.items():
        groups = {}
        for row in rows:
            groups.setdefault((row["edition"], category_of(row)), []).append(row)
        for (edition, category), group in groups.items():
            def total(column, is_weighted=False):
                return sum(
                    row[column] * (row["population_count"] / row["sampled_count"]
                                   if is_weighted else 1)
                    for row in group
                )
            for measure, expected in {
                "response_rate_pct": 100 * total("response_count") / total("reached_count"),
                "weighted_response_rate_pct":
                    100 * total("response_count", True) / total("reached_count", True),
                "nonresponse_rate_pct":
                    100 * (1 - total("usable_count") / total("sampled_count")),
                "weighted_nonresponse_rate_pct":
                    100 * (1 - total("usable_count", True) / total("sampled_count", True)),
            }.items():
                assert quality[edition, measure, domain, category] == pytest.approx(expected)
                checked += 1
    assert checked > 200


def test_response_rate_is_the_published_one(marts):
    """The rate of all enterprises is that of fct_fieldwork, which the report prints."""
    rates = dict(
        marts.sql(
            "select edition, value from marts.rpt_quality "
            "where measure_id = 'response_rate_pct' and domain = 'total'"
        ).fetchall()
    )
    assert rates and rates == {
        edition: pytest.approx(value)
        for edition, value in marts.sql(
            "select edition, value from marts.fct_fieldwork where unit = 'percent'"
        ).fetchall()
    }


def test_item_nonresponse_is_that_of_the_answers(marts):
    """Rates of questions and donor levels, computed again from fct_answers."""
    counted = {
        (edition, question): (asked, rate)
        for edition, question, asked, rate in marts.sql(
            "select edition, question_id, count(*), 100 * count_if(is_imputed) / count(*) "
            "from marts.fct_answers where not is_derived group by all"
        ).fetchall()
    }
    quality = {}
    for edition, measure, category, value in marts.sql(
        "select edition, measure_id, category, value from marts.rpt_quality "
        "where concept_code in ('S.13.3.3.2', 'S.18.5.1') and measure_id != 'narrative'"
    ).fetchall():
        quality.setdefault(edition, {})[measure, category] = value
    for (edition, question), (asked, rate) in counted.items():
        assert quality[edition]["asked_count", question] == asked
        assert quality[edition]["item_nonresponse_rate_pct", question] == pytest.approx(rate)
    for edition, values in quality.items():
        rates = [rate for (year, _), (_, rate) in counted.items() if year == edition]
        assert values["imputation_rate_mean_pct", "total"] == pytest.approx(sum(rates) / len(rates))
        assert values["imputation_rate_largest_pct", "total"] == pytest.approx(max(rates))
        assert sum(values[f"donor_level_{level}_pct", "total"] for level in (1, 2, 3)) == (
            pytest.approx(100)
        )


class Fieldwork(PlainSurvey):
    """An edition from its raw files, as far as who was sampled and who responded."""

    def __init__(self, edition):
        self.seeds = {path.stem: read_rows(path) for path in SEEDS.glob("reference/*.csv")}
        self.edition = edition
        self.questions = [r for r in self.seeds["questions"] if int(r["edition"]) == edition]
        sample = read_rows(SEEDS / "raw" / f"raw_sample_{edition}.csv")
        self.classify(sample)
        self.select(read_rows(SEEDS / "raw" / f"raw_responses_{edition}.csv"))
        self.sampled = [
            (*self.stratum_of[row["enterprise_number"]], row["contact_type"], row["contact_channel"])
            for row in sample if self.stratum_of[row["enterprise_number"]]
        ]
        usable = {person["enterprise"] for person in self.people.values()}
        self.is_usable = np.array([
            float(row["enterprise_number"] in usable)
            for row in sample if self.stratum_of[row["enterprise_number"]]
        ])
        self.populations = {
            (row["sector_code"], row["size_class_code"]): int(row["population_count"])
            for row in self.seeds["population"] if int(row["edition"]) == edition
        }


VARIABLES = ["sector", "size", "contact_type", "contact_channel"]


def plain_r_indicators(fieldwork):
    """R-indicators, enterprise by enterprise and with matrices, in percentage points.

    Schouten, Cobben and Bethlehem (2009) and Schouten, Shlomo and Skinner (2011), with propensities
    of a linear model of one dummy a cell. Of a variance Σ d (ρ − m)², m the mean of the enterprise's
    group, Shlomo, Skinner and Schouten (2012) subtract Σ d (x − x̄)' V (x − x̄), V the covariance matrix of
    the coefficients. The standard error is that of a mean of the linearised S², by the variance
    between enterprises in each stratum.
    """
    units, r = fieldwork.sampled, fieldwork.is_usable
    cells = sorted(set(units))
    x = np.array([[unit == cell for cell in cells] for unit in units], float)
    strata = [unit[:2] for unit in units]
    counts = Counter(strata)
    total = sum(fieldwork.populations[stratum] for stratum in counts)
    d = np.array([fieldwork.populations[s] / counts[s] / total for s in strata])
    beta = np.linalg.solve(x.T @ x, x.T @ r)
    rate = {s: np.mean([y for y, other in zip(r, strata) if other == s]) for s in counts}
    n = x.sum(0)
    covariance = np.diag([
        b * (1 - b) / (k - 1) if k > 1 else rate[cell[:2]] * (1 - rate[cell[:2]])
        for b, k, cell in zip(beta, n, cells)
    ])

    def deviations(group_of):
        """Each enterprise's row of x less the mean row of its group."""
        groups = np.array([repr(group_of(unit)) for unit in units])
        centred = np.empty_like(x)
        for group in set(groups):
            inside = groups == group
            centred[inside] = x[inside] - d[inside] @ x[inside] / d[inside].sum()
        return centred

    def adjusted(centred, inside=slice(None)):
        """The variance of these deviations, without what chance adds."""
        rows, weights = centred[inside], d[inside]
        noise = (rows @ covariance * rows).sum(1)
        return weights @ ((rows @ beta) ** 2 - noise)

    whole = deviations(lambda unit: None)
    variance, mean = adjusted(whole), d @ x @ beta
    rho = x @ beta
    u = 2 * (rho - mean) * r - rho**2
    error = 0
    for stratum, count in counts.items():
        inside = np.array([s == stratum for s in strata])
        size = fieldwork.populations[stratum]
        responding = np.mean(4 * (rho - mean)[inside] ** 2 * (rho * (1 - rho))[inside])
        error += (size / total) ** 2 * (
            (1 - count / size) * np.var(u[inside], ddof=1) / count + responding / size
        )
    found = {
        ("r_indicator_pct", "total", "total"): 100 - 200 * np.sqrt(variance),
        ("r_indicator_unadjusted_pct", "total", "total"):
            100 - 200 * np.sqrt(d @ (rho - mean) ** 2),
        ("r_indicator_se_pct", "total", "total"): 100 * np.sqrt(error / variance),
        ("largest_bias_pct", "total", "total"): 100 * np.sqrt(variance) / mean,
    }
    for place, variable in enumerate(VARIABLES):
        within = adjusted(deviations(lambda unit: unit[place]))
        others = deviations(lambda unit: unit[:place] + unit[place + 1:])
        key = ("auxiliary_variable", variable)
        found["unconditional_partial_pct", *key] = 100 * np.sqrt(max(variance - within, 0))
        found["conditional_partial_pct", *key] = 100 * np.sqrt(max(adjusted(others), 0))
        for category in {unit[place] for unit in units}:
            inside = np.array([unit[place] == category for unit in units])
            share = d[inside].sum()
            found["unconditional_category_pct", variable, category] = (
                100 * np.sqrt(share) * (d[inside] @ rho[inside] / share - mean)
            )
            found["conditional_category_pct", variable, category] = (
                100 * np.sqrt(max(adjusted(others, inside), 0))
            )
    return found


def test_r_indicators_are_those_of_the_raw_files(marts):
    """Every R-indicator of every edition, recomputed from raw files, seeds and the papers' formulas;
    and chance makes an R-indicator look worse than it is.
    """
    rows = marts.sql(
        "select edition, measure_id, domain, category, value from marts.rpt_quality "
        "where concept_code = 'S.13.3.3' and measure_id != 'narrative' "
        "and domain != 'indicator'"
    ).fetchall()
    editions = {edition for edition, *_ in rows}
    assert editions == {int(row["edition"]) for row in reference("editions")}
    for edition in editions:
        expected = plain_r_indicators(Fieldwork(edition))
        found = {tuple(key): value for year, *key, value in rows if year == edition}
        assert found.keys() == expected.keys()
        for key, value in found.items():
            assert value == pytest.approx(expected[key], rel=1e-6, abs=1e-5), (edition, *key)
        adjusted, before = (
            found[f"r_indicator{kind}_pct", "total", "total"] for kind in ("", "_unadjusted")
        )
        assert before < adjusted < 100


def test_writing_again_gives_the_same_bytes(built_project, page, tmp_path):
    """The page follows from the marts and the terms alone."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as session:
        seeds = [
            session.sql(f"from reference.{name}").to_arrow_table()
            for name in ("report_terms", "site_texts", "publication")
        ]
    with published_marts(built_project) as marts:
        write_quality_report(marts, *seeds, tmp_path / "quality_report.html")
    assert (tmp_path / "quality_report.html").read_text(encoding="utf-8") == page
