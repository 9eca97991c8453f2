"""The hot deck against its method, over small random questionnaires."""

import hashlib
import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.method.hot_deck_on_arrays import impute
from barometer.method.questionnaire import NO_ANSWER, Questionnaire

EDITION = 1
MISSING = int(NO_ANSWER)

QUESTIONS = [
    {"question_id": f"{block}_{number}", "block_id": block, "sort_order": order}
    for order, (block, number) in enumerate(
        [("one", 1), ("one", 2), ("two", 1), ("two", 2), ("two", 3), ("three", 1), ("four", 1), ("four", 2)]
    )
]
QUESTION_IDS = [question["question_id"] for question in QUESTIONS]
# In another order than that of imputation, which is `sort_order`'s.
BLOCKS = [
    {"block_id": "four", "sort_order": 4, "base_id": "marked", "class_question_id": "flag"},
    {"block_id": "one", "sort_order": 1, "base_id": "everyone", "class_question_id": None},
    {"block_id": "three", "sort_order": 3, "base_id": "flagged", "class_question_id": None},
    {"block_id": "two", "sort_order": 2, "base_id": "everyone", "class_question_id": "flag"},
]
DERIVED = [
    {"question_id": "flag", "operation": "count", "input_block_id": "one",
     "input_question_ids": None, "hit_codes": "1", "max_code": 1},
    {"question_id": "mark", "operation": "count", "input_block_id": None,
     "input_question_ids": "two_1|two_3", "hit_codes": "1", "max_code": 1},
]
BASES = [
    {"base_id": "everyone", "question_ids": None, "answer_codes": None},
    {"base_id": "flagged", "question_ids": "flag", "answer_codes": "1"},
    {"base_id": "marked", "question_ids": "mark", "answer_codes": "1"},
]
QUESTIONNAIRE = Questionnaire.from_rows(QUESTIONS, BLOCKS, DERIVED, BASES)

# Complete responses of every combination of flag and mark: every base has a donor.
ANCHORS = [
    (0, (flag, 2, mark, 2, 2, 1, 2, 1)) for flag in (1, 2) for mark in (1, 2)
]

rows = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.tuples(*[st.sampled_from([1, 2, 2, 1, MISSING])] * len(QUESTIONS)),
    ),
    max_size=40,
).map(lambda drawn: drawn + ANCHORS)
seeds = st.integers(0, 10**8)
minimums = st.integers(1, 6)
random_cases = settings(derandomize=True, deadline=None, max_examples=60)


def arrays(responses):
    """Answers, identifiers and class levels (stratum, pair of strata) of drawn rows."""
    answers = {
        question_id: np.array([codes[place] for _, codes in responses], dtype=np.uint8)
        for place, question_id in enumerate(QUESTION_IDS)
    }
    strata = np.array([stratum for stratum, _ in responses], dtype=np.int64)
    return answers, [f"r{number}" for number in range(len(responses))], [strata, strata // 2]


def run(responses, seed, minimum_donors):
    """Imputations of drawn rows as {(response_id, question_id): (code, donor id, level)}."""
    answers, response_ids, levels = arrays(responses)
    return by_identifier(
        impute(answers, response_ids, levels, QUESTIONNAIRE, seed, minimum_donors, EDITION),
        response_ids,
    )


def by_identifier(imputations, response_ids):
    """Imputations with response identifiers in the place of positions."""
    return {
        (response_ids[recipient], question_id): (int(code), response_ids[donor], int(level))
        for recipient, question_id, code, donor, level in zip(
            imputations.recipient, imputations.question_id, imputations.answer_code,
            imputations.donor, imputations.level, strict=True,
        )
    }


def reported(responses):
    """Drawn rows as {response_id: {question_id: code}}, with `stratum`; no key, no answer."""
    return {
        f"r{number}": {"stratum": stratum}
        | {
            question_id: code
            for question_id, code in zip(QUESTION_IDS, codes, strict=True)
            if code != MISSING
        }
        for number, (stratum, codes) in enumerate(responses)
    }


def completed(responses, imputed):
    """`reported` with what was imputed, and the two derived questions, by rule."""
    table = reported(responses)
    for (response_id, question_id), (code, _, _) in imputed.items():
        table[response_id][question_id] = code
    for row in table.values():
        row["flag"] = int(1 in (row["one_1"], row["one_2"]))
        row["mark"] = int(1 in (row["two_1"], row["two_3"]))
    return table


def block_of(question_id):
    """The block of a question, and its questions."""
    block_id = question_id.split("_")[0]
    return block_id, [other for other in QUESTION_IDS if other.startswith(f"{block_id}_")]


def in_base(block_id, row):
    """Whether a completed row belongs to the base of a block."""
    return {"one": True, "two": True, "three": row["flag"] == 1, "four": row["mark"] == 1}[block_id]


def class_of(block_id, level, row):
    """The class of a completed row at a level."""
    place = [row["stratum"], row["stratum"] // 2, None][level - 1]
    return (place, row["flag"] if block_id in ("two", "four") else None)


def md5_order(identifiers, seed, role, block_id):
    """Identifiers in the order of the hexadecimal md5 that the method names."""
    return sorted(
        identifiers,
        key=lambda identifier: hashlib.md5(
            f"{seed}|{role}|{block_id}|{identifier}".encode()
        ).hexdigest(),
    )


def recompute(responses, seed, minimum_donors):
    """Every imputation straight from the method: plain loops, one response at a time."""
    table = reported(responses)
    found = {}
    for block_id in ("one", "two", "three", "four"):
        if block_id == "two":
            for row in table.values():
                row["flag"] = int(1 in (row["one_1"], row["one_2"]))
        if block_id == "three":
            for row in table.values():
                row["mark"] = int(1 in (row["two_1"], row["two_3"]))
        _, questions = block_of(f"{block_id}_")
        members = {key: row for key, row in table.items() if in_base_early(block_id, row)}
        donors = [key for key, row in members.items() if all(q in row for q in questions)]
        waiting = [key for key in members if key not in donors]
        for level in (1, 2, 3):
            classes = defaultdict(lambda: ([], []))
            for key in donors:
                classes[class_early(block_id, level, table[key])][0].append(key)
            for key in waiting:
                classes[class_early(block_id, level, table[key])][1].append(key)
            waiting = []
            for class_donors, recipients in classes.values():
                if not class_donors or (level < 3 and len(class_donors) < minimum_donors):
                    waiting += recipients
                    continue
                ordered = md5_order(class_donors, seed, "donor", block_id)
                for i, key in enumerate(
                    md5_order(recipients, seed, "recipient", block_id), start=1
                ):
                    donor = ordered[(i - 1) % len(ordered)]
                    for question in questions:
                        if question not in table[key]:
                            found[key, question] = (table[donor][question], donor, level)
        assert not waiting
        for (key, question), (code, _, _) in found.items():
            table[key][question] = code
    return found


def in_base_early(block_id, row):
    """`in_base` where the derived questions may not be known yet."""
    return block_id in ("one", "two") or in_base(block_id, row)


def class_early(block_id, level, row):
    """`class_of` where the derived questions may not be known yet."""
    return class_of(block_id, level, {"flag": None, **row})


@given(rows, seeds, minimums)
@random_cases
def test_nothing_reported_changes(responses, seed, minimum_donors):
    """The arrays that go in stay as they are, and only missing answers come out."""
    answers, response_ids, levels = arrays(responses)
    before = {question_id: codes.copy() for question_id, codes in answers.items()}
    levels_before = [level.copy() for level in levels]
    imputations = impute(
        answers, response_ids, levels, QUESTIONNAIRE, seed, minimum_donors, EDITION
    )
    assert list(answers) == list(before)
    for question_id, codes in before.items():
        np.testing.assert_array_equal(answers[question_id], codes)
    for level, level_before in zip(levels, levels_before, strict=True):
        np.testing.assert_array_equal(level, level_before)
    for recipient, question_id in zip(
        imputations.recipient, imputations.question_id, strict=True
    ):
        assert before[question_id][recipient] == NO_ANSWER


@given(rows, seeds, minimums)
@random_cases
def test_everything_asked_is_answered(responses, seed, minimum_donors):
    """Inside its base every question has an answer afterwards; outside it none is imputed."""
    imputed = run(responses, seed, minimum_donors)
    table = completed(responses, imputed)
    for row in table.values():
        for question_id in QUESTION_IDS:
            assert question_id in row or not in_base(question_id.split("_")[0], row)
    for response_id, question_id in imputed:
        assert in_base(question_id.split("_")[0], table[response_id])


@given(rows, seeds, minimums)
@random_cases
def test_donors_report_what_they_give(responses, seed, minimum_donors):
    """A donor reported the whole block, the answer it gives, and is of the same base and class."""
    imputed = run(responses, seed, minimum_donors)
    raw, table = reported(responses), completed(responses, imputed)
    for (response_id, question_id), (code, donor, level) in imputed.items():
        block_id, questions = block_of(question_id)
        assert raw[donor][question_id] == code
        assert all(question in raw[donor] for question in questions)
        assert in_base(block_id, table[donor]) and in_base(block_id, table[response_id])
        assert class_of(block_id, level, table[donor]) == class_of(
            block_id, level, table[response_id]
        )


@given(rows, seeds, minimums)
@random_cases
def test_one_donor_fills_a_block(responses, seed, minimum_donors):
    """All that a response lacks in a block comes from one donor at one level."""
    sources = defaultdict(set)
    for (response_id, question_id), (_, donor, level) in run(
        responses, seed, minimum_donors
    ).items():
        sources[response_id, block_of(question_id)[0]].add((donor, level))
    assert all(len(found) == 1 for found in sources.values())


@given(rows, seeds, minimums)
@random_cases
def test_donors_share_the_work(responses, seed, minimum_donors):
    """No donor serves more than recipients / donors, rounded up, in a class and level."""
    imputed = run(responses, seed, minimum_donors)
    raw, table = reported(responses), completed(responses, imputed)
    served = defaultdict(dict)
    for (response_id, question_id), (_, donor, level) in imputed.items():
        block_id = block_of(question_id)[0]
        served[block_id, level, class_of(block_id, level, table[donor])][response_id] = donor
    for (block_id, level, class_label), donor_of in served.items():
        _, questions = block_of(f"{block_id}_")
        donor_count = sum(
            in_base(block_id, row)
            and class_of(block_id, level, row) == class_label
            and all(question in raw[response_id] for question in questions)
            for response_id, row in table.items()
        )
        assert level == 3 or donor_count >= minimum_donors
        assert max(Counter(donor_of.values()).values()) <= math.ceil(len(donor_of) / donor_count)


@given(rows, seeds, minimums, st.randoms(use_true_random=False))
@random_cases
def test_row_order_does_not_matter(responses, seed, minimum_donors, random):
    """Shuffled rows give the same donor to the same response."""
    answers, response_ids, levels = arrays(responses)
    order = list(range(len(responses)))
    random.shuffle(order)
    shuffled_ids = [response_ids[place] for place in order]
    shuffled = impute(
        {question_id: codes[order] for question_id, codes in answers.items()},
        shuffled_ids,
        [level[order] for level in levels],
        QUESTIONNAIRE, seed, minimum_donors, EDITION,
    )
    assert by_identifier(shuffled, shuffled_ids) == run(responses, seed, minimum_donors)


@given(rows, seeds, minimums)
@random_cases
def test_equals_the_method(responses, seed, minimum_donors):
    """Every donor, answer and level is what plain loops and md5 find."""
    assert run(responses, seed, minimum_donors) == recompute(responses, seed, minimum_donors)


def test_method_on_a_large_case():
    """The same, on a case with every level in use."""
    generator = np.random.default_rng(1)
    responses = [
        (
            int(min(generator.integers(0, 12), 3)),
            tuple(
                MISSING if generator.random() < 0.15 else int(generator.integers(1, 3))
                for _ in QUESTIONS
            ),
        )
        for _ in range(400)
    ] + [(4, (1, 2, 2, 2, 1, 1, 1, 1)), (4, (1, MISSING) + (1,) * 6), (6, (MISSING,) * 8)]
    found = run(responses, 7, 5)
    assert found == recompute(responses, 7, 5)
    assert {level for _, _, level in found.values()} == {1, 2, 3}
    assert run(responses, 8, 5) != found


@pytest.mark.parametrize(("minimum_donors", "level"), [(1, 1), (2, 2), (3, 3)])
def test_a_small_class_goes_up_a_level(minimum_donors, level):
    """The first class with enough donors serves."""
    full = (1, 2, 2, 2, 2, 1, 1, 1)
    responses = [(0, (MISSING, *full[1:])), (0, full), (1, full), (2, full)]
    assert run(responses, 3, minimum_donors)["r0", "one_1"][2] == level


def test_an_empty_class_goes_up_a_level():
    """A class without a donor of its own is served by a wider one."""
    full = (1, 2, 2, 2, 2, 1, 1, 1)
    responses = [(0, (MISSING, *full[1:])), (2, full)]
    assert run(responses, 3, 1) == {("r0", "one_1"): (1, "r1", 3)}


def test_class_question_separates_donors():
    """Even at the last level a donor has the recipient's code of the block's class question."""
    responses = [
        (0, (1, 1, MISSING, 2, 2, 1, 1, 1)),
        (0, (2, 2, 1, 2, 2, 1, 1, 1)),
        (3, (1, 1, 2, 2, 2, 1, 1, 1)),
    ]
    assert run(responses, 3, 1) == {("r0", "two_1"): (2, "r2", 3)}


@pytest.mark.parametrize(
    ("responses", "block_id", "base_id"),
    [
        ([(0, (MISSING,) * 8)], "one", "everyone"),
        ([(0, (1, 1, 2, 2, 2, MISSING, 1, 1)), (0, (2, 2, 2, 2, 2, 1, 1, 1))], "three", "flagged"),
    ],
)
def test_no_donor_is_an_error(responses, block_id, base_id):
    """A base without a donor names edition, block and base."""
    with pytest.raises(
        LookupError, match=f"edition {EDITION}, block {block_id}, base {base_id}: found 1 "
    ):
        run(responses, 3, 1)


def test_nothing_missing_imputes_nothing():
    """Complete responses come out without an imputation."""
    assert run(ANCHORS, 3, 5) == {}
