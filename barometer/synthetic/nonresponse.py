"""Leave blanks: item non-response, broken-off questionnaires and answers outside the route, in synthetic answers."""

import numpy as np

from barometer.synthetic.answers import Answers, members
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design


def leave_blanks(design: Design, settings: Settings, answers: Answers, rng: np.random.Generator) -> np.ndarray:
    """Reported codes, int (n, questions), 0 where the cell is empty, in the order of the questionnaire.

    Single blanks and whole blank blocks, more of both towards the end and in small enterprises; some stop half-way. In
    every stratum one respondent of each route through the questionnaire answers everything that is asked, and every
    respondent answers something. Whoever does not report what routes into a block does not see it; a few fill in
    questions that were not meant for them.
    """
    parameters = settings["nonresponse"]
    codes = {question: values.copy() for question, values in answers.codes.items()}
    factor = np.array([parameters["size_factor"][stratum.size] for stratum in design.strata])[answers.strata]
    may_miss = ~_complete(design, answers, rng)
    is_small = (design.usable < parameters["small_stratum_usable"])[answers.strata]
    n = len(answers.strata)
    stops_after = np.where(
        (rng.random(n) < parameters["break_off_rate"] * factor) & may_miss,
        (rng.random(n) * (len(design.blocks) - 1)).astype(int),
        len(design.blocks),
    )
    for number, block in enumerate(design.blocks):
        place = number / max(len(design.blocks) - 1, 1)
        single, whole = (
            (1 - place) * parameters[f"{kind}_rate_first"] + place * parameters[f"{kind}_rate_last"]
            for kind in ("single", "block")
        )
        may_miss_here = may_miss & ~(is_small & (number == 0))
        is_blank = (rng.random(n) < whole * factor) & may_miss_here | (number > stops_after)
        is_routed = members(design, codes, design.block_bases[block])
        for question in [q.id for q in design.questions if q.block == block]:
            misses = (rng.random(n) < single * factor) & may_miss_here
            codes[question][is_blank | misses | ~is_routed] = 0
    reported = np.array([codes[question.id] for question in design.questions]).T
    _answer_something(design, answers, reported)
    _stray(design, settings, codes, reported, rng)
    return reported


def _complete(design: Design, answers: Answers, rng: np.random.Generator) -> np.ndarray:
    """Who answers everything, bool (n,): in every stratum one respondent of each route."""
    n = len(answers.strata)
    asked = np.array([members(design, answers.codes, design.block_bases[block]) for block in design.blocks])
    pattern = (asked * 2 ** np.arange(len(design.blocks))[:, None]).sum(axis=0)
    order = np.lexsort((rng.random(n), pattern, answers.strata))
    last = np.ones(n, dtype=bool)
    last[:-1] = (answers.strata[order][1:] != answers.strata[order][:-1]) | (pattern[order][1:] != pattern[order][:-1])
    complete = np.zeros(n, dtype=bool)
    complete[order[last]] = True
    return complete


def _answer_something(design: Design, answers: Answers, reported: np.ndarray) -> None:
    """Give the first block back, in place, to respondents who would otherwise have no answer at all."""
    first = [i for i, question in enumerate(design.questions) if question.block == design.blocks[0]]
    for respondent in np.flatnonzero(~reported.any(axis=1)):
        for column in first:
            reported[respondent, column] = answers.codes[design.questions[column].id][respondent]


def _stray(design, settings, codes: dict[str, np.ndarray], reported: np.ndarray, rng: np.random.Generator) -> None:
    """Fill in, in place, a few questions for some respondents who do not belong to their base."""
    parameters = settings["nonresponse"]
    outside = np.array([~members(design, codes, design.block_bases[block]) for block in design.blocks]).T
    strays = np.flatnonzero(outside.any(axis=1) & (rng.random(len(reported)) < parameters["out_of_route_share"]))
    for respondent in strays:
        closed = np.flatnonzero(outside[respondent])
        block = design.blocks[closed[int(rng.random() * len(closed))]]
        columns = [i for i, question in enumerate(design.questions) if question.block == block]
        start = int(rng.random() * len(columns))
        for column in columns[start : start + 1 + int(rng.random() * (2 * parameters["out_of_route_answers"] - 1))]:
            allowed = design.questions[column].codes
            reported[respondent, column] = allowed[int(rng.random() * len(allowed))]
