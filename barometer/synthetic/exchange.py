"""Exchange answers until what the hot deck fills in leaves every count as it was.

Complete answers already reproduce the report. Whoever leaves a blank is then given its donor's answer, which is another one
now and then. Where it is, somebody changes places: in the questions concerned a respondent and another of the same stratum
and bases exchange their answers, so that recipient and donor agree. No number of answers in any stratum and base moves by
that, and the report comes out as it did. Where nobody can change places, the answer is reported after all.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from barometer.method.hot_deck_on_arrays import assign_donors, class_labels
from barometer.method.questionnaire import NO_ANSWER, Block
from barometer.synthetic.respondents import Respondents

ROUNDS = 20
"""Rounds of exchanges; after these, recipients who are given other answers report theirs."""


def exchange(people: Respondents, response_ids: Sequence[str], block: Block, missing: np.ndarray) -> np.ndarray:
    """Missing answers of a block, bool (questions, n), that the hot deck fills with what they are.

    Args:
        people: their `answers` are exchanged in place, those to later blocks included where these follow from the block.
        response_ids: of the respondents, in their order.
        missing: answers that may be missing; all inside the base of the block.
    """
    round_number, missing = 0, missing.copy()
    while True:
        donor_of = _donors(people, response_ids, block, missing)
        codes = np.array([people.answers[question] for question in block.question_ids])
        wrong = missing & (codes != codes[:, donor_of])
        if not wrong.any():
            return missing
        free = people.members(block.base_id) & ~missing.any(axis=0)
        free[donor_of[missing.any(axis=0)]] = False
        alike = _alike(people, block)
        for recipient in np.flatnonzero(wrong.any(axis=0)):
            agreed = round_number < ROUNDS and all(
                _agree(people, group, missing[[block.question_ids.index(question) for question in group], recipient],
                       recipient, donor_of[recipient], free, alike)
                for group in people.design.groups(block.question_ids)
            )
            if not agreed:
                missing[:, recipient] = False
        round_number += 1


def _donors(people: Respondents, response_ids: Sequence[str], block: Block, missing: np.ndarray) -> np.ndarray:
    """The donor that the hot deck gives each respondent, int (n,), -1 where none is needed."""
    inside, lacks = people.members(block.base_id), missing.any(axis=0)
    donor_of, *_ = assign_donors(
        np.flatnonzero(lacks),
        np.flatnonzero(inside & ~lacks),
        class_labels(people.levels, block, people.answers),
        np.where(missing, NO_ANSWER, [people.answers[question] for question in block.question_ids]),
        block,
        [response_id.encode() for response_id in response_ids],
        people.design.imputation_seed,
        people.settings.minimum_donors,
        people.design.edition,
    )
    return donor_of


def _alike(people: Respondents, block: Block) -> np.ndarray:
    """Labels, int (n,), that respondents of one stratum and of the same bases share, as far as earlier blocks settle them."""
    blocks = people.design.questionnaire.blocks
    known = {question for earlier in blocks[: blocks.index(block)] for question in earlier.question_ids}
    bases = [
        people.members(base)
        for base, conditions in people.design.questionnaire.bases.items()
        if all(set(people.design.inputs(question)) <= known for question in conditions)
    ]
    return np.unique(np.array([people.strata, *bases]), axis=1, return_inverse=True)[1].ravel()


def _agree(people, group, lacks, recipient: int, donor: int, free: np.ndarray, alike: np.ndarray) -> bool:
    """Let recipient and donor have the same answers to the questions of a group that the recipient `lacks`, if they can.

    Those of the `free` who change places are no longer free.
    """
    codes = np.array([people.answers[question] for question in group])
    if (codes[lacks, recipient] == codes[lacks, donor]).all():
        return True
    for of_recipient, of_donor in _proposals(codes, lacks, recipient, donor, free, alike):
        others = []
        for person, wanted in ((recipient, of_recipient), (donor, of_donor)):
            if (codes[:, person] != wanted).any():
                able = free & (alike == alike[person]) & (codes == wanted[:, None]).all(axis=0)
                able[[other for _, other in others]] = False
                others.append((person, int(np.argmax(able)) if able.any() else -1))
        if all(other >= 0 for _, other in others):
            for person, other in others:
                people.change_places(group, person, other)
                free[other] = False
            return True
    return False


def _proposals(codes, lacks, recipient, donor, free, alike) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Answers that recipient and donor could have: the donor's for both, the recipient's, or what others often say."""
    yield np.where(lacks, codes[:, donor], codes[:, recipient]), codes[:, donor]
    yield codes[:, recipient], np.where(lacks, codes[:, recipient], codes[:, donor])
    if lacks.all():
        patterns, counts = np.unique(codes[:, free & (alike == alike[recipient])], axis=1, return_counts=True)
        for place in np.argsort(-counts, kind="stable"):
            yield patterns[:, place], patterns[:, place]
