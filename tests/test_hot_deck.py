"""The published hot deck against its method, over small random questionnaires."""

import math
import random
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings

from made_decks import (
    ANCHORS,
    BASE_OF_BLOCK,
    BASES,
    BLOCKS,
    DERIVED,
    MISSING,
    QUESTION_IDS,
    QUESTIONS,
    Survey,
    block_of,
    cases_drawn,
    class_of,
    completed,
    distance,
    draw,
    in_base,
    minimums,
    people_of,
    questions_of,
    random_cases,
    recompute,
    reported,
    run,
)

FULL = (1, 2, 2, 2, 2, 1, 1, 1, 1, 1)


@pytest.fixture(scope="module")
def batches():
    """Random cases that are drawn together, and what came out: (cases, minimum of donors, decks)."""
    found = []

    @given(cases_drawn, minimums)
    @settings(random_cases, max_examples=24)
    def collect(cases, minimum_donors):
        found.append((cases, minimum_donors, draw(cases, minimum_donors)))

    collect()
    return found


@pytest.fixture(scope="module")
def drawn(batches):
    """Each case with the imputations of its published deck: (responses, seed, minimum, imputed)."""
    return [
        (responses, seed, minimum_donors, deck[0])
        for cases, minimum_donors, decks in batches
        for (responses, seed), deck in zip(cases, decks, strict=True)
    ]


def test_nothing_reported_changes(drawn):
    """Reported answers are kept in every pattern that comes out, and only missing ones are imputed."""
    for responses, _, _, imputed in drawn:
        raw = reported(responses)
        assert all(question_id not in raw[response_id] for response_id, question_id in imputed)


def test_everything_asked_is_answered(drawn):
    """Inside its base every question has an answer afterwards; outside it none is imputed."""
    for responses, _, _, imputed in drawn:
        table = completed(responses, imputed)
        for row in table.values():
            for question_id in QUESTION_IDS:
                assert question_id in row or not in_base(block_of(question_id)[0], row)
        for response_id, question_id in imputed:
            assert in_base(block_of(question_id)[0], table[response_id])


def test_donors_report_what_they_give(drawn):
    """A donor reported the whole block, the answer it gives, and is of the same base and class."""
    for responses, _, _, imputed in drawn:
        raw, table = reported(responses), completed(responses, imputed)
        for (response_id, question_id), (code, donor, level, _) in imputed.items():
            block_id, questions = block_of(question_id)
            assert raw[donor][question_id] == code
            assert all(question in raw[donor] for question in questions)
            assert in_base(block_id, table[donor]) and in_base(block_id, table[response_id])
            assert class_of(block_id, level, table[donor]) == class_of(
                block_id, level, table[response_id]
            )


def test_one_donor_fills_a_block(drawn):
    """All that a response lacks in a block comes from one donor at one level."""
    for _, _, _, imputed in drawn:
        sources = defaultdict(set)
        for (response_id, question_id), (_, donor, level, _) in imputed.items():
            sources[response_id, block_of(question_id)[0]].add((donor, level))
        assert all(len(found) == 1 for found in sources.values())


def class_donors(block_id, level, response_id, raw, table):
    """Who could donate a block in the class of a response at a level."""
    class_label = class_of(block_id, level, table[response_id])
    return [
        other for other, row in table.items()
        if in_base(block_id, row) and class_of(block_id, level, row) == class_label
        and all(question in raw[other] for question in questions_of(block_id))
    ]


def test_the_finest_class_of_the_nearest_donors_serves(drawn):
    """A donor differs from its recipient on as many reported answers as the distance says; no donor
    of a class that may serve differs on fewer, and none of a finer one on as few.
    """
    for responses, _, minimum_donors, imputed in drawn:
        raw, table = reported(responses), completed(responses, imputed)
        for (response_id, question_id), (_, donor, level, found) in imputed.items():
            block_id, questions = block_of(question_id)
            assert found == distance(response_id, donor, raw, questions)
            for other_level in (1, 2, 3):
                donors = class_donors(block_id, other_level, response_id, raw, table)
                if len(donors) >= minimum_donors or other_level == 3:
                    least = min(distance(response_id, other, raw, questions) for other in donors)
                    assert least > found if other_level < level else least >= found
                else:
                    assert other_level != level


def test_donors_share_the_work(drawn):
    """No donor serves more than recipients / donors, rounded up, in a cell."""
    for responses, _, _, imputed in drawn:
        raw, table = reported(responses), completed(responses, imputed)
        cells = defaultdict(dict)
        for (response_id, question_id), (_, donor, level, found) in imputed.items():
            block_id, questions = block_of(question_id)
            answers = tuple(raw[response_id].get(question) for question in questions)
            class_label = class_of(block_id, level, table[response_id])
            cells[block_id, class_label, answers, found][response_id] = donor, level
        for (block_id, _, _, found), donor_of in cells.items():
            response_id, (_, level) = next(iter(donor_of.items()))
            nearest = [
                other for other in class_donors(block_id, level, response_id, raw, table)
                if distance(response_id, other, raw, questions_of(block_id)) == found
            ]
            most = max(Counter(donor for donor, _ in donor_of.values()).values())
            assert most == math.ceil(len(donor_of) / len(nearest))


def test_row_order_does_not_matter(batches):
    """Shuffled rows give the same donor to the same response."""
    for cases, minimum_donors, decks in batches[::2]:
        shuffle = random.Random(minimum_donors).shuffle
        assert draw(cases, minimum_donors, order=shuffle) == decks


def test_equals_the_method(drawn):
    """Every donor, answer, level and distance is what plain loops and md5 find."""
    for responses, seed, minimum_donors, imputed in drawn:
        assert imputed == recompute(responses, seed, minimum_donors)


def test_method_on_a_large_case():
    """The same, on a case with every level in use."""
    generator = np.random.default_rng(1)
    responses = [
        (
            int(min(generator.integers(0, 12), 3)),
            tuple(
                MISSING if generator.random() < 0.15 else int(generator.integers(1, 3))
                for _ in QUESTION_IDS
            ),
        )
        for _ in range(400)
    ] + [(4, FULL), (4, (1, MISSING) + (1,) * 8), (6, (MISSING,) * 10)]
    found = run(responses, 7, 5)
    assert found == recompute(responses, 7, 5)
    assert {level for _, _, level, _ in found.values()} == {1, 2, 3}
    assert run(responses, 8, 5) != found


@pytest.mark.parametrize(("minimum_donors", "level"), [(1, 1), (2, 2), (3, 3)])
def test_a_small_class_goes_up_a_level(minimum_donors, level):
    """The first class with enough donors serves."""
    responses = [(0, (MISSING, *FULL[1:])), (0, FULL), (1, FULL), (2, FULL)]
    assert run(responses, 3, minimum_donors)["r0", "one_1"][2] == level


def test_an_empty_class_goes_up_a_level():
    """A class without a donor of its own is served by a wider one."""
    responses = [(0, (MISSING, *FULL[1:])), (2, FULL)]
    assert run(responses, 3, 1) == {("r0", "one_1"): (1, "r1", 3, 0)}


def answers_two(*codes):
    """A complete response but for block two, which has these codes."""
    return (2, 2, *codes, 1, 1, 1, 1, 1)


def test_the_nearest_donors_serve():
    """Those donors serve that differ on the fewest answers that were reported."""
    responses = [
        (0, answers_two(1, MISSING, 1)),
        (0, answers_two(2, 2, 2)),
        (0, answers_two(1, 1, 2)),
        (0, answers_two(2, 2, 2)),
    ]
    assert run(responses, 3, 1) == {("r0", "two_2"): (1, "r2", 1, 1)}


def test_what_is_taken_together_is_compared_alone():
    """Who lacks an answer that a derived question takes is compared on the others that it takes."""
    responses = [
        (0, answers_two(1, 1, MISSING)),
        (0, answers_two(2, 1, 2)),
        (0, answers_two(1, 2, 1)),
    ]
    assert run(responses, 3, 1) == {("r0", "two_3"): (1, "r2", 1, 0)}
    without = [(0, answers_two(MISSING, 1, MISSING)), *responses[1:]]
    assert {far for *_, far in run(without, 3, 1).values()} == {0}


def test_what_was_not_reported_does_not_count():
    """An answer that the recipient lacks is at no distance from any."""
    responses = [
        (0, answers_two(MISSING, MISSING, 1)),
        (0, answers_two(2, 1, 1)),
        (0, answers_two(1, 2, 2)),
    ]
    found = run(responses, 3, 1)
    assert found == {("r0", "two_1"): (2, "r1", 1, 0), ("r0", "two_2"): (1, "r1", 1, 0)}


def test_a_nearer_donor_goes_before_a_finer_class():
    """A coarser class serves where its donors are nearer, and only there."""
    responses = [
        (0, answers_two(1, MISSING, 1)),
        (0, answers_two(1, 2, 2)),
        (1, answers_two(1, 1, 1)),
        (2, answers_two(1, 2, 1)),
    ]
    assert run(responses, 3, 1) == {("r0", "two_2"): (1, "r2", 2, 0)}
    assert run(responses[:2] + responses[3:], 3, 1) == {("r0", "two_2"): (2, "r2", 3, 0)}
    as_far = [*responses[:2], (1, answers_two(2, 1, 1)), (2, answers_two(2, 1, 1))]
    assert run(as_far, 3, 1) == {("r0", "two_2"): (2, "r1", 1, 1)}


def test_a_nearer_donor_of_a_small_class_does_not_serve():
    """A class that holds too few donors serves nobody, however near they are."""
    responses = [
        (0, answers_two(1, MISSING, 1)),
        (0, answers_two(1, 2, 1)),
        (1, answers_two(1, 1, 2)),
    ]
    assert run(responses, 3, 2) == {("r0", "two_2"): (2, "r1", 2, 0)}
    assert run(responses, 3, 1) == {("r0", "two_2"): (2, "r1", 1, 0)}


def test_a_cell_has_an_order_of_its_own():
    """Recipients with the same reported answers share their nearest donors in turn."""
    responses = [(0, answers_two(1, MISSING, 2))] * 5 + [(0, answers_two(MISSING, 2, 1))] * 5
    responses += [(0, answers_two(1, 1, 2)), (0, answers_two(1, 2, 2)), (0, answers_two(2, 2, 1))]
    found = run(responses, 3, 1)
    first = Counter(found[f"r{place}", "two_2"][1] for place in range(5))
    assert first in (Counter(r10=3, r11=2), Counter(r10=2, r11=3))
    assert {found[f"r{place}", "two_1"][1] for place in range(5, 10)} == {"r12"}


def test_class_question_separates_donors():
    """Even at the last level a donor has the recipient's code of the block's class question."""
    responses = [
        (0, (1, 1, MISSING, 2, 2, 1, 1, 1, 1, 1)),
        (0, (2, 2, 1, 2, 2, 1, 1, 1, 1, 1)),
        (3, (1, 1, 2, 2, 2, 1, 1, 1, 1, 1)),
    ]
    assert run(responses, 3, 1) == {("r0", "two_1"): (2, "r2", 3, 0)}


@pytest.mark.parametrize(
    ("responses", "block_id", "base_id"),
    [
        ([(0, (MISSING,) * 10)], "one", "everyone"),
        ([(0, (1, 1, 2, 2, 2, MISSING, 1, 1, 1, 1)), (0, (2, *FULL[1:]))], "three", "flagged"),
    ],
)
def test_no_donor_is_an_error(responses, block_id, base_id):
    """A base without a donor names edition, block and base."""
    with pytest.raises(
        LookupError, match=f"edition 1, block {block_id}, base {base_id}: found 1 "
    ):
        run(responses, 3, 1)


def test_nothing_missing_imputes_nothing():
    """Complete responses come out without an imputation."""
    assert run(ANCHORS, 3, 5) == {}


def test_editions_do_not_move_each_other():
    """An edition has the decks that it has by itself, whatever another one asks. One that does
    not ask what a class or a base follows from has one class, and nobody in that base.
    """
    generator = random.Random(4)
    responses = [
        (generator.randrange(3),
         tuple(generator.choice([1, 2, 2, 1, MISSING]) for _ in QUESTION_IDS))
        for _ in range(80)
    ] + ANCHORS
    questions = [
        {**question, "edition": edition, "column_name": question["question_id"],
         "base_id": BASE_OF_BLOCK[question["block_id"]]}
        for edition in (1, 2)
        for question in QUESTIONS
        if edition == 1 or question["block_id"] != "one"
    ]
    survey = Survey(questions, BLOCKS, DERIVED, BASES)
    people = people_of(responses, 1) + people_of(responses, 2)
    survey.hold(people, {1: 7, 2: 8})
    found = survey.decks(survey.draw(3, 2))
    for deck in range(3):
        assert found[1, deck] == recompute(responses, 7, 3, deck)
    for one in people_of(responses, 2):
        for question_id in QUESTION_IDS:
            lacks = question_id not in one["answers"]
            imputed = (one["response_id"], question_id) in found[2, 0]
            if BASE_OF_BLOCK[block_of(question_id)[0]] == "everyone":
                assert imputed == (lacks and not question_id.startswith("one_"))
            if BASE_OF_BLOCK[block_of(question_id)[0]] == "flagged":
                assert not imputed


def test_a_circle_of_blocks_is_an_error():
    """A base that follows from its own block cannot be imputed."""
    survey = Survey(
        [{**QUESTIONS[0], "edition": 1, "column_name": "a", "base_id": "circle"}],
        [{**BLOCKS[1], "base_id": "circle"}], [],
        [{"base_id": "circle", "sort_order": 1, "question_ids": "one_1", "answer_codes": "1"}],
    )
    survey.hold(people_of([(0, FULL)], 1)[:1], {1: 1})
    with pytest.raises(LookupError, match="block one: found a base or a class question that follows"):
        survey.draw(1, 0)
