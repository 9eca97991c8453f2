"""The hot deck on arrays is the one of the build, draw by draw."""

import random

import numpy as np
from hypothesis import given

from barometer.method.hot_deck_on_arrays import FurtherDeck, complete
from barometer.method.questionnaire import NO_ANSWER, Questionnaire
from input_checks import reference_seeds
from made_decks import (
    BASES,
    BLOCKS,
    DERIVED,
    QUESTIONS,
    Survey,
    cases_drawn,
    draw,
    minimums,
    people_of,
    random_cases,
)

DECKS = 3


def on_arrays(people, questionnaire, question_ids, seed, minimum_donors, deck):
    """What a deck fills in, on arrays: {(response_id, question): code}."""
    strata = [one["stratum"] for one in people]
    answers = {
        question: np.array([one["answers"].get(question, NO_ANSWER) for one in people], dtype=np.uint8)
        for question in question_ids
    }
    before = {question: codes.copy() for question, codes in answers.items()}
    found = complete(
        answers, [one["response_id"] for one in people],
        [np.array(strata), np.array(strata) // 2], questionnaire, seed, minimum_donors, 1,
        FurtherDeck(deck, [[f"s{stratum}" for stratum in strata],
                           [f"z{stratum // 2}" for stratum in strata]]) if deck else None,
    )
    assert all((answers[question] == codes).all() for question, codes in before.items())
    return {
        (one["response_id"], question): int(found[question][place])
        for place, one in enumerate(people)
        for question in question_ids
        if found[question][place] != before[question][place]
    }


def codes_of_deck(imputed):
    """The codes alone of imputations as `Survey.decks` has them."""
    return {key: code for key, (code, *_) in imputed.items()}


@given(cases_drawn, minimums)
@random_cases
def test_arrays_draw_what_the_build_draws(cases, minimum_donors):
    """On small random questionnaires, in every deck."""
    questionnaire = Questionnaire.from_rows(QUESTIONS, BLOCKS, DERIVED, BASES)
    question_ids = [question["question_id"] for question in QUESTIONS]
    for (responses, seed), decks in zip(cases, draw(cases, minimum_donors, 2), strict=True):
        for deck in range(3):
            assert codes_of_deck(decks[deck]) == on_arrays(
                people_of(responses, 1), questionnaire, question_ids, seed, minimum_donors, deck
            )


def answered_by(generator, questions):
    """Made-up answers of one response: some say one code to most, blanks come singly and by block."""
    inclination, blank = generator.random(), {question["block_id"] for question in questions
                                              if generator.random() < 0.005}
    answers = {}
    for question in questions:
        codes = [int(code) for code in question["answer_codes"].split("|")]
        if question["block_id"] not in blank and generator.random() > 0.01:
            common = generator.random() < inclination
            answers[question["question_id"]] = codes[-1] if common else generator.choice(codes)
    return answers


def test_arrays_draw_what_the_build_draws_of_the_survey():
    """On the questionnaire of each edition of the seeds, all of them in one run."""
    seeds = reference_seeds()
    rows = {
        name: seeds.execute(f"from {name}").to_arrow_table().to_pylist()
        for name in ("questions", "blocks", "derived_questions", "bases", "editions")
    }
    asked = {}
    for question in rows["questions"]:
        asked.setdefault(question["edition"], []).append(question)
    generator = random.Random(5)
    people = {
        edition: [
            {"edition": edition, "line_number": place + 2, "response_id": f"r{place}",
             "stratum": generator.choices(range(6), (60, 30, 5, 2, 1, 1))[0],
             "answers": answered_by(generator, questions)}
            for place in range(500)
        ]
        for edition, questions in asked.items()
    }
    imputation_seeds = {row["edition"]: row["imputation_seed"] for row in rows["editions"]}
    survey = Survey(rows["questions"], rows["blocks"], rows["derived_questions"], rows["bases"])
    survey.hold([one for group in people.values() for one in group], imputation_seeds)
    found = survey.decks(survey.draw(12, DECKS))
    assert len(asked) > 1
    for edition, questions in asked.items():
        questionnaire = Questionnaire.from_rows(
            questions, rows["blocks"], rows["derived_questions"], rows["bases"]
        )
        question_ids = [question["question_id"] for question in questions]
        for deck in range(DECKS + 1):
            imputed = found[edition, deck]
            assert len(imputed) > 100
            assert {level for _, _, level, _ in imputed.values()} == {1, 2, 3}
            assert {0, 1} <= {far for _, _, _, far in imputed.values()}
            assert codes_of_deck(imputed) == on_arrays(
                people[edition], questionnaire, question_ids, imputation_seeds[edition], 12, deck
            )
        assert len({frozenset(found[edition, deck].items()) for deck in range(DECKS + 1)}) == DECKS + 1
