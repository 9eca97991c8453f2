"""Random hot-deck imputation of item non-response.

Within a block one donor fills all that its recipient lacks. Classes go from fine to
coarse; donors and recipients of a class are put in two independent random orders by
md5, and recipient i takes donor ((i - 1) mod D) + 1: a random assignment without
replacement that anyone can recompute with nothing but md5.

References: Andridge and Little (2010), International Statistical Review 78, 40-64;
Kalton and Kish (1984), Communications in Statistics 13, 1919-1939.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from barometer.questionnaire import NO_ANSWER, Answers, Block, Questionnaire


@dataclass(frozen=True)
class Imputations:
    """One element an imputed answer; donors and recipients are positions of responses."""

    recipient: np.ndarray
    question_id: np.ndarray
    answer_code: np.ndarray
    donor: np.ndarray
    level: np.ndarray


def impute(
    answers: Answers,
    response_ids: list[str],
    class_levels: list[np.ndarray],
    questionnaire: Questionnaire,
    seed: int,
    minimum_donors: int,
    edition: int,
) -> Imputations:
    """Fill every answer that is missing inside its base.

    Args:
        answers: question_id to codes, `uint8` of shape (responses,); left as it is.
        response_ids: unique text a response, shape (responses,).
        class_levels: integer class labels a response, finest level first, each of shape
            (responses,); a last level, the base as a whole, is added.
        questionnaire: blocks in the order of imputation, derived questions, bases.
        seed: the edition's imputation seed.
        minimum_donors: a class of any level but the last serves its recipients once it
            holds this many donors.
        edition: named in errors.

    Raises:
        LookupError: a class of the last level has recipients and no donor.
    """
    answers = dict(answers)
    response_count = len(response_ids)
    encoded_ids = [response_id.encode() for response_id in response_ids]
    levels = [*class_levels, np.zeros(response_count, dtype=np.int64)]
    pieces: list[tuple] = []
    for block in questionnaire.blocks:
        in_base = questionnaire.members(block.base_id, answers, response_count)
        codes = np.stack([answers[question_id] for question_id in block.question_ids])
        missing = in_base & (codes == NO_ANSWER)
        is_recipient = missing.any(axis=0)
        donor_of, level_of = assign_donors(
            np.flatnonzero(is_recipient),
            np.flatnonzero(in_base & ~is_recipient),
            class_labels(levels, block, answers),
            block,
            encoded_ids,
            seed,
            minimum_donors,
            edition,
        )
        for question_id, question_missing in zip(block.question_ids, missing, strict=True):
            recipients = np.flatnonzero(question_missing)
            donors = donor_of[recipients]
            filled = answers[question_id].copy()
            filled[recipients] = filled[donors]
            answers[question_id] = filled
            pieces.append(
                (
                    recipients,
                    np.full(len(recipients), question_id, dtype=object),
                    filled[recipients],
                    donors,
                    level_of[recipients],
                )
            )
        derive_available(questionnaire, answers)
    return Imputations(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def derive_available(questionnaire: Questionnaire, answers: Answers) -> None:
    """Add each derived question whose inputs are complete in everybody, once."""
    for derived in questionnaire.derived_questions:
        if derived.question_id not in answers and all(
            (answers[question_id] != NO_ANSWER).all()
            for question_id in derived.input_question_ids
        ):
            answers[derived.question_id] = derived.derive(answers)


def class_labels(levels: list[np.ndarray], block: Block, answers: Answers) -> list[np.ndarray]:
    """Class labels by level, split by the block's class question where it has one."""
    if not block.class_question_id:
        return levels
    return [level * 256 + answers[block.class_question_id] for level in levels]


def assign_donors(
    recipients: np.ndarray,
    donors: np.ndarray,
    levels: list[np.ndarray],
    block: Block,
    encoded_ids: list[bytes],
    seed: int,
    minimum_donors: int,
    edition: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The donor and the level of each recipient, as arrays over all responses (-1 elsewhere)."""
    donor_of = np.full(len(encoded_ids), -1, dtype=np.int64)
    level_of = np.zeros(len(encoded_ids), dtype=np.int8)
    if len(recipients) == 0:
        return donor_of, level_of
    donors = random_order(donors, f"{seed}|donor|{block.block_id}|", encoded_ids)
    recipients = random_order(recipients, f"{seed}|recipient|{block.block_id}|", encoded_ids)
    for number, labels in enumerate(levels, start=1):
        # A stable sort by class keeps the random order inside each class.
        donors_by_class = donors[np.argsort(labels[donors], kind="stable")]
        waiting = recipients[donor_of[recipients] < 0]
        waiting = waiting[np.argsort(labels[waiting], kind="stable")]
        donor_labels, waiting_labels = labels[donors_by_class], labels[waiting]
        first = np.searchsorted(donor_labels, waiting_labels, side="left")
        donor_count = np.searchsorted(donor_labels, waiting_labels, side="right") - first
        rank = np.arange(len(waiting)) - np.searchsorted(waiting_labels, waiting_labels)
        needed = minimum_donors if number < len(levels) else 1
        served = donor_count >= needed
        chosen = first[served] + rank[served] % donor_count[served]
        donor_of[waiting[served]] = donors_by_class[chosen]
        level_of[waiting[served]] = number
    unserved = recipients[donor_of[recipients] < 0]
    if len(unserved):
        raise LookupError(
            f"edition {edition}, block {block.block_id}, base {block.base_id}: found "
            f"{len(unserved)} responses with a missing answer and no donor; expected at least "
            "one response of the same base with the block complete"
        )
    return donor_of, level_of


def random_order(positions: np.ndarray, prefix: str, encoded_ids: list[bytes]) -> np.ndarray:
    """Positions in the order of md5(prefix + response_id).

    Digests as bytes sort as their lower-case hexadecimal text does.
    """
    start = hashlib.md5(prefix.encode(), usedforsecurity=False)
    digests = []
    for position in positions:
        digest = start.copy()
        digest.update(encoded_ids[position])
        digests.append(digest.digest())
    return positions[np.argsort(np.array(digests, dtype="S16"), kind="stable")]
