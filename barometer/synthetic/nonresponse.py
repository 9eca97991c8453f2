"""Leave blanks: item non-response, broken-off questionnaires and answers outside the route, in synthetic answers."""

import numpy as np

from barometer.method.questionnaire import NO_ANSWER
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design


class Blanks:
    """Who leaves what blank, block by block, in the order of the questionnaire.

    Single blanks and whole blank blocks, more of both towards the end and in small enterprises; some stop half-way. In a
    stratum of few respondents nothing is blank of which the report prints sectors or size classes.
    """

    def __init__(
        self, design: Design, settings: Settings, strata: np.ndarray, engaged: np.ndarray, rng: np.random.Generator
    ):
        """`strata` int (n,), `engaged` bool (n,): respondents who answer the first two blocks in full."""
        self.design, self.rng, self.engaged = design, rng, engaged
        self.parameters = settings["nonresponse"]
        self.factor = np.array([self.parameters["size_factor"][s.size] for s in design.strata])[strata]
        self.is_small = (design.usable < self.parameters["small_stratum_usable"])[strata]
        count, blocks = len(strata), len(design.questionnaire.blocks)
        stops = (rng.random(count) < self.parameters["break_off_rate"] * self.factor) & ~self.is_small
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
        if self.design.is_published_by_domain(block.question_ids):
            may_miss &= ~self.is_small
        is_blank = (self.rng.random(count) < whole * self.factor) & may_miss
        is_blank &= self.has_answered | (self.stops_after > number)
        is_blank |= number > self.stops_after
        misses = (self.rng.random((len(block.question_ids), count)) < single * self.factor) & may_miss
        missing = inside & (is_blank | ~routed | misses)
        self.has_answered |= inside & ~missing.all(axis=0)
        return missing


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
