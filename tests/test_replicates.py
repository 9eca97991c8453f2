"""The further hot decks: their draws, their counts, and that nothing moves them."""

import hashlib
import random
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from barometer.method.hot_deck_on_arrays import Bootstrap, bootstrap_keys, complete, mix
from barometer.method.questionnaire import NO_ANSWER
from barometer.method.replicates import edition_counts, indicator_counts, is_offered
from test_hot_deck import (
    EDITION,
    QUESTION_IDS,
    QUESTIONNAIRE,
    arrays,
    block_of,
    class_of,
    in_base,
    minimums,
    random_cases,
    reported,
    rows,
    seeds,
)

INDICATORS = [
    {"indicator_id": "a", "base_id": "everyone", "question_id": "one_1", "hit_codes": "1"},
    {"indicator_id": "b", "base_id": "flagged", "question_id": "two_1", "hit_codes": "1|2"},
    {"indicator_id": "c", "base_id": "marked", "question_id": "four_2", "hit_codes": "2"},
    {"indicator_id": "d", "base_id": "everyone", "question_id": "mark", "hit_codes": "0"},
]
BASE_OF = {
    "one_1": "everyone", "two_1": "everyone", "four_2": "marked", "mark": "everyone",
}


def drawn(responses, seed, minimum_donors, replicate):
    """Completed answers and what was filled, for one further hot deck."""
    answers, response_ids, levels = arrays(responses)
    keys = bootstrap_keys(seed, QUESTIONNAIRE, response_ids)
    return complete(
        answers, response_ids, levels, QUESTIONNAIRE, seed, minimum_donors, EDITION,
        Bootstrap(replicate, keys),
    )


@given(rows, seeds, minimums)
@random_cases
def test_further_decks_keep_what_was_reported(responses, seed, minimum_donors):
    """Reported answers stand, gaps are filled, by donors that reported, of the same class."""
    completed, pieces = drawn(responses, seed, minimum_donors, 3)
    raw = reported(responses)
    table = {
        f"r{place}": {"stratum": stratum}
        | {question: int(codes[place]) for question, codes in completed.items()}
        for place, (stratum, _) in enumerate(responses)
    }
    for response_id, row in raw.items():
        for question_id in QUESTION_IDS:
            if question_id in row:
                assert table[response_id][question_id] == row[question_id]
            elif in_base(block_of(question_id)[0], table[response_id]):
                assert table[response_id][question_id] != NO_ANSWER
    for recipients, questions, codes, donors, levels in pieces:
        for recipient, question_id, code, donor, level in zip(
            recipients, questions, codes, donors, levels, strict=True
        ):
            block_id, asked = block_of(question_id)
            assert raw[f"r{donor}"][question_id] == code
            assert all(question in raw[f"r{donor}"] for question in asked)
            assert class_of(block_id, int(level), table[f"r{donor}"]) == class_of(
                block_id, int(level), table[f"r{recipient}"]
            )


@given(rows, seeds, minimums)
@random_cases
def test_row_order_does_not_move_a_further_deck(responses, seed, minimum_donors):
    """Shuffled rows get the same answers."""
    answers, response_ids, levels = arrays(responses)
    order = list(range(len(responses)))
    random.Random(seed).shuffle(order)
    shuffled_ids = [response_ids[place] for place in order]
    shuffled, _ = complete(
        {question_id: codes[order] for question_id, codes in answers.items()},
        shuffled_ids, [level[order] for level in levels], QUESTIONNAIRE, seed, minimum_donors,
        EDITION, Bootstrap(2, bootstrap_keys(seed, QUESTIONNAIRE, shuffled_ids)),
    )
    completed, _ = drawn(responses, seed, minimum_donors, 2)
    for question_id in QUESTION_IDS:
        np.testing.assert_array_equal(shuffled[question_id], completed[question_id][order])


def test_trap_7_draws_outlast_a_release():
    """The mixer is SplitMix64's, and the counts of a fixed case have a golden checksum."""
    # First outputs of SplitMix64 from the state 1234567, as its reference code gives them.
    states = np.arange(1, 4, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1234567)
    assert mix(states).tolist() == [
        6457827717110365317, 3203168211198807973, 9817491932198370423,
    ]
    generator = random.Random(7)
    responses = [
        (
            generator.randrange(4),
            tuple(generator.choice([1, 2, 2, 1, int(NO_ANSWER)]) for _ in QUESTION_IDS),
        )
        for _ in range(300)
    ] + [(0, (flag, 2, mark, 2, 2, 1, 2, 1)) for flag in (1, 2) for mark in (1, 2)]
    answers, response_ids, levels = arrays(responses)
    tables = edition_counts(
        answers,
        pa.table({"response_id": response_ids, "stratum_number": levels[0],
                  "size_class_number": levels[1]}),
        QUESTIONNAIRE, BASE_OF, INDICATORS, 20230605, 5, 3, EDITION,
    )
    rows_ = [tuple(row.values()) for row in pa.concat_tables(tables).to_pylist()]
    assert len(rows_) == 4 * 4 * 4
    assert hashlib.md5(repr(rows_).encode()).hexdigest() == "30a6e7bb0d126bf82798007de0b5be88"


def test_counts_are_those_of_plain_loops():
    """Base and hits of each indicator, in each stratum, response by response."""
    generator = random.Random(8)
    responses = [
        (generator.randrange(3), tuple(generator.choice([1, 2]) for _ in QUESTION_IDS))
        for _ in range(200)
    ]
    answers, _, _ = arrays(responses)
    places = np.array([stratum for stratum, _ in responses])
    base_counts, hit_counts = indicator_counts(
        answers, places, 3, QUESTIONNAIRE, BASE_OF, INDICATORS
    )
    expected = Counter()
    for stratum, codes in responses:
        row = dict(zip(QUESTION_IDS, codes, strict=True))
        flag, mark = 1 in (row["one_1"], row["one_2"]), 1 in (row["two_1"], row["two_3"])
        for place, (is_counted, is_hit) in enumerate(
            [
                (True, row["one_1"] == 1),
                (flag, True),
                (mark, row["four_2"] == 2),
                (True, not mark),
            ]
        ):
            expected["base", place, stratum] += is_counted
            expected["hit", place, stratum] += is_counted and is_hit
    for place in range(4):
        for stratum in range(3):
            assert base_counts[place, stratum] == expected["base", place, stratum]
            assert hit_counts[place, stratum] == expected["hit", place, stratum]


@pytest.mark.parametrize(("donors", "recipients"), [(40, 20), (200, 10)])
def test_between_variance_is_that_of_the_bayesian_bootstrap(donors, recipients):
    """The mean of what R recipients get varies by S²(1/R + (1 - 1/R)/D), donors D (1986)."""
    full = (1, 2, 2, 2, 2, 1, 1, 1)
    responses = [(0, (1 + place % 2, *full[1:])) for place in range(donors)]
    responses += [(0, (int(NO_ANSWER), *full[1:]))] * recipients
    answers, response_ids, levels = arrays(responses)
    keys = bootstrap_keys(5, QUESTIONNAIRE, response_ids)
    means = []
    for replicate in range(1, 2001):
        completed, _ = complete(
            answers, response_ids, levels, QUESTIONNAIRE, 5, 5, EDITION, Bootstrap(replicate, keys)
        )
        means.append((completed["one_1"][donors:] == 1).mean())
    spread = 0.25
    expected = spread * (1 / recipients + (1 - 1 / recipients) / donors)
    assert np.mean(means) == pytest.approx(0.5, abs=0.01)
    assert np.var(means) == pytest.approx(expected, rel=0.12)


@pytest.mark.parametrize(
    ("question_id", "hit_codes", "expected"),
    [
        ("asked", "2", True), ("asked", "2|3", True), ("asked", "3|12", False),
        ("derived", "3", True), ("not_asked", "1", False),
    ],
)
def test_codes_never_offered_are_not_counted(question_id, hit_codes, expected):
    """As the models have it: one code that is offered is enough, and a derived question offers any."""
    indicator = {"question_id": question_id, "hit_codes": hit_codes}
    assert is_offered(indicator, {"asked": "1|2", "derived": None}) is expected
