"""The further hot decks: their draws, their counts, and that nothing moves them."""

import hashlib
import random

import numpy as np
import pytest
from hypothesis import given

from barometer.method.patterns import codes_of
from made_decks import (
    ANCHORS,
    MISSING,
    QUESTION_IDS,
    SURVEY,
    block_of,
    cases_drawn,
    class_of,
    completed,
    distance,
    draw,
    in_base,
    minimums,
    random_cases,
    recompute,
    reported,
)

FULL = (1, 2, 2, 2, 2, 1, 1, 1, 1, 1)
DECKS = 3

# indicator, base, question, hit codes; the last one counts a code that nobody could give.
INDICATORS = [
    ("a", "everyone", "one_1", "1"), ("b", "flagged", "two_1", "1|2"), ("c", "marked", "four_2", "2"),
    ("d", "everyone", "mark", "0"), ("e", "both", "six_1", "1"), ("f", "flagged", "five_1", "2|7"),
    ("g", "everyone", "three_1", "1"), ("h", "everyone", "one_1", "7|12"),
]


def fixed_case(count):
    """Pseudo-random responses, a seventh of their answers missing or more."""
    generator = random.Random(7)
    return [
        (generator.randrange(4),
         tuple(generator.choice([1, 2, 2, 1, MISSING]) for _ in QUESTION_IDS))
        for _ in range(count)
    ] + ANCHORS


@given(cases_drawn, minimums)
@random_cases
def test_further_decks_are_those_of_the_definition(cases, minimum_donors):
    """Every answer and level of every deck is what plain loops and md5 find."""
    for (responses, seed), decks in zip(cases, draw(cases, minimum_donors, DECKS), strict=True):
        for deck in range(DECKS + 1):
            assert decks[deck] == recompute(responses, seed, minimum_donors, deck)


def test_definition_on_a_large_case():
    """The same, on a case with every level in use, bases that differ between decks and donors
    that move.
    """
    responses = fixed_case(300) + [(4, FULL), (4, (1, MISSING) + (1,) * 8), (6, (MISSING,) * 10)]
    (decks,) = draw([(responses, 11)], 12, DECKS)
    for deck in range(DECKS + 1):
        assert decks[deck] == recompute(responses, 11, 12, deck)
        assert {level for _, _, level, _ in decks[deck].values()} == {1, 2, 3}
    assert len({frozenset(decks[deck]) for deck in decks}) > 1


def test_definition_where_nobody_is_like_a_recipient():
    """The same, on so few responses that some have no donor without a difference at any level."""
    (decks,) = draw([(fixed_case(30), 11)], 2, DECKS)
    for deck in range(DECKS + 1):
        assert decks[deck] == recompute(fixed_case(30), 11, 2, deck)
        assert {level for _, _, level, _ in decks[deck].values()} == {1, 2, 3}
        assert {far for _, _, _, far in decks[deck].values()} == {0, 1}


@given(cases_drawn, minimums)
@random_cases
def test_further_decks_keep_what_was_reported(cases, minimum_donors):
    """Reported answers are kept, gaps are filled, by answers that one of the nearest of the
    same class reported together.
    """
    for (responses, _), decks in zip(cases, draw(cases, minimum_donors, 2), strict=True):
        raw, table = reported(responses), completed(responses, decks[2])
        for response_id, row in raw.items():
            for question_id in QUESTION_IDS:
                if question_id in row:
                    assert (response_id, question_id) not in decks[2]
                elif in_base(block_of(question_id)[0], table[response_id]):
                    assert question_id in table[response_id]
                else:
                    assert question_id not in table[response_id]
        filled = {}
        for (response_id, question_id), (code, _, level, far) in decks[2].items():
            key = (response_id, block_of(question_id)[0], level, far)
            filled.setdefault(key, {})[question_id] = code
        for (response_id, block_id, level, far), codes in filled.items():
            _, asked = block_of(f"{block_id}_")
            donors = {
                donor: distance(response_id, donor, raw, asked)
                for donor, row in raw.items()
                if in_base(block_id, table[donor])
                and all(question in row for question in asked)
                and class_of(block_id, level, table[donor])
                == class_of(block_id, level, table[response_id])
            }
            assert min(donors.values()) == far
            assert any(codes.items() <= raw[donor].items()
                       for donor, found in donors.items() if found == far)


@given(cases_drawn, minimums)
@random_cases
def test_row_order_does_not_move_a_further_deck(cases, minimum_donors):
    """Shuffled rows get the same answers."""
    shuffle = random.Random(minimum_donors).shuffle
    assert draw(cases, minimum_donors, 2, order=shuffle) == draw(cases, minimum_donors, 2)


def test_a_deck_does_not_depend_on_how_many_follow():
    """The first decks of five are those of two."""
    responses = fixed_case(60)
    (few,), (many,) = draw([(responses, 5)], 3, 2), draw([(responses, 5)], 3, 5)
    assert few == {deck: many[deck] for deck in few}


def test_trap_7_draws_outlast_a_release():
    """The decks of a fixed case have a golden checksum."""
    (decks,) = draw([(fixed_case(300), 20230605)], 5, DECKS)
    lines = sorted(
        f"{deck} {response_id} {question_id} {code} {donor} {level} {far}"
        for deck, imputed in decks.items()
        for (response_id, question_id), (code, donor, level, far) in imputed.items()
    )
    assert len(lines) == 1970
    assert hashlib.md5("\n".join(lines).encode()).hexdigest() == "54921542e7275c2f61fb95bfc19101bf"


def model_counts(replicates):
    """Rows of int_indicator_counts from the decks that were drawn last: the models' own SQL."""
    connection = SURVEY.connection
    connection.execute(
        "create or replace table indicators as select *, null::varchar as answer_values from (values "
        + ", ".join(str(row) for row in INDICATORS)
        + ") as rows_ (indicator_id, base_id, question_id, hit_codes)"
    )
    connection.execute(
        "create or replace table int_strata_weighted as "
        "select distinct edition, stratum_number from int_responses_usable"
    )
    for model in ("question_bases", "codes_offered", "indicator_codes", "indicators_offered"):
        SURVEY.create(f"definitions/int_{model}")
    SURVEY.create("responses/imputed/int_patterns_completed", replicate_total=replicates)
    connection.execute(
        "create or replace table int_pattern_codes as "
        + codes_of("(select distinct edition, block_number, pattern from int_patterns_completed)",
                   "int_question_slots", "int_questions_derived", "int_derived_codes")
    )
    for model in ("responses/imputed/int_response_bases", "responses/counted/int_pattern_counts",
                  "responses/counted/int_answer_counts", "estimates/int_indicator_counts"):
        SURVEY.create(model, replicate_total=replicates)
    return connection.execute(
        "select edition, replicate, stratum_number, indicator_id, base_id, base_count, value_sum "
        "from int_indicator_counts"
    ).fetchall()


def is_member(base_id, row):
    """Whether a completed row belongs to a base."""
    return {"everyone": True, "flagged": row.get("flag") == 1, "marked": row.get("mark") == 1,
            "both": row.get("mark") == 1 and row.get("three_1") == 1}[base_id]


@pytest.mark.parametrize("count", [0, 40, 200])
def test_counts_are_those_of_plain_loops(count):
    """Base and hits of each indicator, in each stratum and deck, response by response; an
    indicator whose codes were never offered has none.
    """
    responses, seed = fixed_case(count), 3
    draw([(responses, seed)], 4, DECKS)
    expected = set()
    for deck in range(DECKS + 1):
        table = completed(responses, recompute(responses, seed, 4, deck)).values()
        for indicator, base_id, question_id, hit_codes in INDICATORS[:-1]:
            for stratum in {stratum for stratum, _ in responses}:
                codes = [
                    row[question_id]
                    for row in table
                    if row["stratum"] == stratum
                    and question_id in row
                    and (question_id == "mark" or in_base(block_of(question_id)[0], row))
                    and is_member(base_id, row)
                ]
                hits = sum(str(code) in hit_codes.split("|") for code in codes)
                expected.add((1, deck, stratum, indicator, base_id, len(codes), hits))
    counted = model_counts(DECKS)
    assert len(counted) == len(expected) and set(counted) == expected


@pytest.mark.parametrize(("donors", "recipients"), [(40, 20), (200, 10)])
def test_between_variance_is_that_of_the_bayesian_bootstrap(donors, recipients):
    """The mean of what R recipients get varies by S²(1/R + (1 - 1/R)/D), donors D (1986)."""
    responses = [(0, (1 + place % 2, *FULL[1:])) for place in range(donors)]
    responses += [(0, (MISSING, *FULL[1:]))] * recipients
    (decks,) = draw([(responses, 5)], 5, 2000)
    means = [
        sum(code == 1 for code, *_ in decks[deck].values()) / recipients
        for deck in range(1, 2001)
    ]
    spread = 0.25
    expected = spread * (1 / recipients + (1 - 1 / recipients) / donors)
    assert np.mean(means) == pytest.approx(0.5, abs=0.01)
    assert np.var(means) == pytest.approx(expected, rel=0.12)
