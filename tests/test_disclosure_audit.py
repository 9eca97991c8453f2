"""What published percentages give away, held against every set of counts that fits them."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.method.disclosure_audit import TOTAL, Frame, Printed, Question, unsafe
from barometer.method.suppression import few_respondents, given_away, withheld_groups

SECTORS, SIZES = ("a", "b", "c"), ("s", "t")
STRATA = list(product(SECTORS, SIZES))
VALUES, SOLUTIONS = 3, 6


def members():
    """Places of the strata of each category."""
    found = {TOTAL: np.arange(len(STRATA))}
    for domain, codes, part in (("sector", SECTORS, 0), ("size", SIZES, 1)):
        for code in codes:
            found[domain, code] = np.array(
                [place for place, stratum in enumerate(STRATA) if stratum[part] == code]
            )
    return found


def shares_of(frame, hits):
    """What is printed of each category, one decimal, half away from zero."""
    return {
        category: float(
            np.floor(
                1000 * (frame.weights[places] @ hits[places]) / frame.population[places].sum() + 0.5
            ) / 10
        )
        for category, places in frame.members.items()
    }


def fitting(frame, shares):
    """Every set of hits that prints the shares: a full search."""
    weights, population = frame.weights, frame.population
    everything = np.array(list(product(*(range(int(n) + 1) for n in frame.respondents))), float)
    fits = np.ones(len(everything), bool)
    for category, share in shares.items():
        places = frame.members[category]
        found = 100 * everything[:, places] @ weights[places] / population[places].sum()
        fits &= np.abs(found - share) <= 0.05 + 1e-9
    return everything[fits]


@st.composite
def surveys(draw):
    """Strata with respondents, population and hits."""
    respondents = np.array([float(draw(st.integers(1, 4))) for _ in STRATA])
    population = respondents + [draw(st.integers(0, 400)) for _ in STRATA]
    hits = np.array([float(draw(st.integers(0, int(count)))) for count in respondents])
    return Frame(respondents, population, members()), hits


@settings(max_examples=60, deadline=None)
@given(surveys(), st.sets(st.sampled_from(sorted(members()))))
def test_what_counts_as_safe_is_open(survey, withheld):
    """A stratum that the audit lets pass takes as many values among all sets of counts that fit, and
    so does a category of sets, with the solver and without."""
    frame, hits = survey
    shares = {
        category: share for category, share in shares_of(frame, hits).items()
        if category not in withheld
    }
    if not shares:
        return
    question = Question(
        np.array([frame.respondents - hits, hits]), {"i": np.array([False, True])}
    )
    every = fitting(frame, shares)
    assert any((one == hits).all() for one in every)
    for solve in (frozenset(), frame.members.keys()):
        found = list(
            unsafe(Printed(frame, question, {"i": shares}), VALUES, SOLUTIONS, solve=solve)
        )
        faults = {(fault.category, fault.stratum) for fault in found}
        for sector in frame.categories("sector"):
            places = frame.members[sector]
            needed = [min(VALUES, max(n, 2), n + 1) for n in frame.respondents[places]]
            for place, count in zip(places, needed, strict=True):
                if (sector, int(place)) not in faults:
                    assert len(set(every[:, place])) >= count
            if (sector, None) not in faults:
                sets = {tuple(one) for one in every[:, places]}
                assert len(sets) >= min(SOLUTIONS, np.prod(needed))


@pytest.mark.parametrize("solve", [(), ("sector", "size", "total")])
def test_what_is_open_is_found_open(solve):
    """Where every stratum has many respondents, a witness is found for all that is asked, of three codes
    too: nothing is withheld without need."""
    frame = Frame(np.full(6, 40.0), np.full(6, 400.0), members())
    counts = np.array([[20.0, 15, 18, 22, 12, 25], [12.0, 15, 14, 10, 20, 8], [8.0, 10, 8, 8, 8, 7]])
    hits = {"i": np.array([True, False, False]), "j": np.array([True, True, False])}
    shares = {name: shares_of(frame, counts[codes].sum(axis=0)) for name, codes in hits.items()}
    asked = {category for category in frame.members if category[0] in solve}
    assert list(unsafe(Printed(frame, Question(counts, hits), shares), VALUES, SOLUTIONS, solve=asked)) == []


def test_a_single_solution_is_given_away():
    """Nobody in a sector is: 0 % of it says so of each of its strata."""
    frame = Frame(np.full(6, 4.0), np.full(6, 40.0), members())
    hits = np.array([0.0, 0, 2, 2, 2, 2])
    question = Question(np.array([4 - hits, hits]), {"i": np.array([False, True])})
    found = list(unsafe(Printed(frame, question, {"i": shares_of(frame, hits)}), 3, 6))
    assert {fault.stratum for fault in found if fault.category == ("sector", "a")} == {0, 1, None}
    assert min(fault.found for fault in found) == 1


def tables(hits, respondents, population, base="all"):
    """A made edition as the models give it: one question, asked of everybody."""
    return {
        "strata": pa.Table.from_pylist(
            [
                {
                    "edition": 1, "stratum_number": place, "stratum_id": "|".join(stratum),
                    "usable_count": int(respondents[place]),
                    "weighted_population_count": int(population[place]),
                    "weighted_usable_count": int(respondents[place]),
                }
                for place, stratum in enumerate(STRATA)
            ]
        ),
        "domains": pa.Table.from_pylist(
            [
                {"stratum_number": int(place), "domain": domain, "category": category}
                for (domain, category), places in members().items() for place in places
            ]
        ),
        "counts": pa.Table.from_pylist(
            [
                {
                    "edition": 1, "base_id": base, "question_id": "q", "answer_code": code,
                    "stratum_number": place,
                    "answer_count": int(hits[place] if code else respondents[place] - hits[place]),
                }
                for place in range(len(STRATA)) for code in (0, 1)
            ]
        ),
        "codes": pa.Table.from_pylist(
            [
                {"indicator_id": "i", "base_id": base, "question_id": "q", "is_share": True,
                 "answer_code": 1}
            ]
        ),
        "rules": pa.Table.from_pylist(
            [
                {"measure": measure, "threshold": threshold}
                for measure, threshold in (
                    ("respondent_count", 3.0), ("solution_count", 6.0), ("stratum_value_count", 3.0)
                )
            ]
        ),
    }


def cells(frame, hits):
    """What would be published of each category."""
    return [
        {
            "edition": 1, "indicator_id": "i", "base_id": "all", "domain": domain,
            "category": category, "printed_pct": share,
            "respondent_count": int(frame.respondents[frame.members[domain, category]].sum()),
        }
        for (domain, category), share in shares_of(frame, hits).items()
    ]


@pytest.mark.parametrize("hits", [[0, 0, 2, 5, 4, 3], [3, 4, 0, 1, 6, 6], [1, 0, 0, 0, 0, 0]])
def test_what_is_withheld_cannot_be_found(hits):
    """Of the rest of a made edition no count follows, by a full search; a base that the withheld
    answers decide is withheld with them."""
    respondents, population = np.array([3.0, 4, 5, 6, 6, 6]), np.array([31.0, 57, 83, 240, 99, 310])
    hits = np.array(hits, float)
    frame = Frame(respondents, population, members())
    given_tables, rows = tables(hits, respondents, population), cells(frame, hits)
    groups = [
        {"edition": 1, "indicator_id": "i", "base_id": "all", "group_id": "q"},
        {"edition": 1, "indicator_id": "j", "base_id": "some", "group_id": "r"},
    ]
    bases = [
        {"edition": 1, "deciding_base_id": "all", "deciding_group_id": "q", "base_id": "some",
         "group_id": "r"}
    ]
    withheld = withheld_groups(
        **given_tables, cells=pa.Table.from_pylist(rows), groups=pa.Table.from_pylist(groups),
        bases=pa.Table.from_pylist(bases),
    ).to_pylist()
    hidden = {
        (row["domain"], row["category"]): row["conf_status"] for row in withheld
        if row["group_id"] == "q"
    }
    assert set(hidden.values()) <= {"C", "D"} and "C" in hidden.values()
    assert {
        (row["domain"], row["category"]) for row in withheld if row["group_id"] == "r"
    } == set(hidden)
    published = [
        row | {"printed_pct": None if (row["domain"], row["category"]) in hidden else row["printed_pct"]}
        for row in rows
    ]
    assert given_away(**given_tables, published=pa.Table.from_pylist(published)).num_rows == 0
    assert given_away(**given_tables, published=pa.Table.from_pylist(rows)).num_rows > 0
    shares = {
        (row["domain"], row["category"]): row["printed_pct"] for row in published
        if row["printed_pct"] is not None
    }
    if shares:
        every = fitting(frame, shares)
        assert all(len(set(every[:, place])) >= 2 for place in range(len(STRATA)))


def test_two_respondents_are_too_few():
    """A category whose base has fewer than the rule asks for is confidential."""
    respondents, population = np.array([1.0, 1, 9, 9, 9, 9]), np.array([400.0, 300, 99, 98, 97, 96])
    hits = np.array([1.0, 0, 4, 5, 4, 5])
    frame = Frame(respondents, population, members())
    withheld = withheld_groups(
        **tables(hits, respondents, population), cells=pa.Table.from_pylist(cells(frame, hits)),
        groups=pa.Table.from_pylist(
            [{"edition": 1, "indicator_id": "i", "base_id": "all", "group_id": "q"}]
        ),
        bases=pa.Table.from_pylist(
            [], schema=pa.schema([(name, pa.string()) for name in (
                "edition", "deciding_base_id", "deciding_group_id", "base_id", "group_id"
            )]),
        ),
    ).to_pylist()
    assert ("sector", "a", "C") in {
        (row["domain"], row["category"], row["conf_status"]) for row in withheld
    }


def test_few_respondents_are_some_and_fewer_than_the_rule():
    """As many as it asks for are enough; where nobody is in the base, or it is unknown, nobody is found."""
    threshold = 3
    rows = pa.Table.from_pylist([
        {"edition": edition, "indicator_id": "i", "base_id": "b", "domain": "sector", "category": str(count),
         "respondent_count": count}
        for edition in (1, 2) for count in (None, 0, 1, threshold - 1, threshold)
    ])
    known = SimpleNamespace(groups={("b", "i"): {("b", "g")}})
    assert few_respondents(rows, 1, known, threshold) == {
        ("b", "g"): {("sector", "1"), ("sector", str(threshold - 1))}
    }
