"""Leave blanks: item non-response, broken-off questionnaires and answers outside the route, in synthetic answers."""

from collections.abc import Sequence

import numpy as np

from barometer.method.questionnaire import NO_ANSWER, Answers
from barometer.synthetic.exchange import exchange
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design
from barometer.synthetic.respondents import Respondents


def leave_blanks(
    people: Respondents, response_ids: Sequence[str], engaged: np.ndarray, rng: np.random.Generator
) -> Answers:
    """What respondents report: their answers without those that they leave blank, `NO_ANSWER` there.

    Block by block, in the order of imputation. `people.answers` stay complete, and are what the hot deck makes of the
    report: respondents of a stratum exchange answers where that takes it. `engaged` bool (n,): respondents who answer the
    first two blocks in full.
    """
    blanks, reported = Blanks(people, engaged, rng), {}
    for number, block in enumerate(people.design.questionnaire.blocks):
        missing = blanks.of_block(number, people.members(block.base_id), _routed(people, block.base_id, reported))
        missing = exchange(people, response_ids, block, missing)
        blanks.has_answered |= people.members(block.base_id) & ~missing.all(axis=0)
        for question, lacks in zip(block.question_ids, missing, strict=True):
            reported[question] = np.where(lacks, NO_ANSWER, people.answers[question])
    stray_answers(people.design, people.settings, people.answers, reported, rng)
    require_answers(people.design, reported)
    return reported


def _routed(people: Respondents, base: str, reported: Answers) -> np.ndarray:
    """Who is led to the questions of a base by what they reported, bool (n,)."""
    reported = dict(reported)
    for derived in people.design.questionnaire.derived_questions:
        if set(derived.input_question_ids) <= set(reported):
            reported[derived.question_id] = derived.derive(reported)
    return people.design.questionnaire.members(base, reported, len(people.strata))


class Blanks:
    """Who would leave what blank, block by block, in the order of the questionnaire.

    Single blanks and whole blank blocks, more of both towards the end and in small enterprises; some stop half-way.
    """

    def __init__(self, people: Respondents, engaged: np.ndarray, rng: np.random.Generator):
        """`engaged` bool (n,): respondents who answer the first two blocks in full."""
        self.design, self.rng, self.engaged = people.design, rng, engaged
        self.parameters = people.settings["nonresponse"]
        self.factor = np.array([self.parameters["size_factor"][s.size] for s in self.design.strata])[people.strata]
        count, blocks = len(people.strata), len(self.design.questionnaire.blocks)
        stops = rng.random(count) < self.parameters["break_off_rate"] * self.factor
        self.stops_after = np.where(stops, (rng.random(count) * (blocks - 1)).astype(int), blocks)
        self.stops_after[engaged & stops] = np.maximum(self.stops_after[engaged & stops], 1)
        self.has_answered = np.zeros(count, dtype=bool)

    def of_block(self, number: int, inside: np.ndarray, routed: np.ndarray) -> np.ndarray:
        """Missing answers, bool (questions, n), of the block in place `number`.

        `inside` bool (n,): who belongs to its base; `routed`: who is led to it by what they reported.
        """
        block = self.design.questionnaire.blocks[number]
        place = number / max(len(self.design.questionnaire.blocks) - 1, 1)
        single, whole = (
            (1 - place) * self.parameters[f"{kind}_rate_first"] + place * self.parameters[f"{kind}_rate_last"]
            for kind in ("single", "block")
        )
        count = len(inside)
        may_miss = ~(self.engaged & (number < 2))
        is_blank = (self.rng.random(count) < whole * self.factor) & may_miss
        is_blank &= self.has_answered | (self.stops_after > number)
        is_blank |= number > self.stops_after
        misses = (self.rng.random((len(block.question_ids), count)) < single * self.factor) & may_miss
        return inside & (is_blank | ~routed | misses)


def stray_answers(design, settings, answers: dict, reported: dict, rng: np.random.Generator) -> None:
    """Fill in, in place, a few questions for some respondents who do not belong to their base."""
    parameters, blocks = settings["nonresponse"], design.questionnaire.blocks
    count = len(next(iter(reported.values())))
    outside = np.array([~design.questionnaire.members(block.base_id, answers, count) for block in blocks]).T
    codes = {question.id: question.codes for question in design.questions}
    strays = np.flatnonzero(outside.any(axis=1) & (rng.random(count) < parameters["out_of_route_share"]))
    for respondent in strays:
        closed = np.flatnonzero(outside[respondent])
        questions = blocks[closed[int(rng.random() * len(closed))]].question_ids
        start = int(rng.random() * len(questions))
        for question in questions[start : start + 1 + int(rng.random() * (2 * parameters["out_of_route_answers"] - 1))]:
            reported[question][respondent] = codes[question][int(rng.random() * len(codes[question]))]


def require_answers(design: Design, reported: dict[str, np.ndarray]) -> None:
    """ValueError where a usable respondent has reported nothing at all."""
    silent = np.all([codes == NO_ANSWER for codes in reported.values()], axis=0)
    if silent.any():
        raise ValueError(f"edition {design.edition}: {int(silent.sum())} usable respondents without any answer")
