"""Great Expectations over a few made-up strata: what meets the expectations, and what is said."""

import pyarrow as pa

from barometer.release.expectations import validate_strata

STRATUM = {
    "edition": 2001, "stratum_id": "a|s", "population_count": 5.0,
    "published_population_count": 5.0, "sampled_count": 2.0, "published_sampled_count": 2.0,
    "usable_count": 1.0, "published_usable_count": 1.0, "weight_sum": 5.0,
    "weighted_population_count": 5.0, "missing_answer_count": 0.0,
}
# A stratum that holds no enterprise, so that none was sampled.
EMPTY = STRATUM | {"stratum_id": "b|s"} | {
    name: 0.0 for name, value in STRATUM.items() if isinstance(value, float)
}


def outcomes(*strata):
    """Message by expectation that is not met."""
    table = pa.Table.from_pylist(list(strata))
    return {
        row["expectation_id"]: row["message"]
        for row in validate_strata(table).to_pylist()
        if not row["success"]
    }


def test_strata_that_are_as_published():
    """As published, or not published at all; one without a population that nobody sampled."""
    unpublished = STRATUM | {
        name: None for name in STRATUM if name.startswith("published_")
    }
    assert outcomes(STRATUM, EMPTY, unpublished | {"stratum_id": "c|s"}) == {}


def test_what_is_not_met_names_the_stratum():
    """Each expectation by itself: the stratum, what was found and what is expected."""
    place = "edition 2001, stratum a|s"
    assert outcomes(STRATUM | {"population_count": 6.0}) == {
        "population_as_published": f"{place}, population_count: found 6, expected 5 "
        "(published_population_count)"
    }
    assert outcomes(STRATUM | {"sampled_count": 3.0}) == {
        "sample_as_published": f"{place}, sampled_count: found 3, expected 2 "
        "(published_sampled_count)"
    }
    assert outcomes(STRATUM | {"usable_count": 2.0}) == {
        "usable_as_published": f"{place}, usable_count: found 2, expected 1 "
        "(published_usable_count)"
    }
    assert outcomes(STRATUM | {"weight_sum": 4.5}) == {
        "weights_sum_to_population": f"{place}, weight_sum: found 4.5, expected 5 "
        "(weighted_population_count)"
    }
    assert outcomes(STRATUM | {"missing_answer_count": 2.0}) == {
        "no_missing_answer": f"{place}, missing_answer_count: found 2, expected 0"
    }
    assert outcomes(EMPTY | {"sampled_count": 1.0, "published_sampled_count": 1.0}) == {
        "population_positive": "edition 2001, stratum b|s, population_count: found 0, expected "
        "more than 0"
    }
