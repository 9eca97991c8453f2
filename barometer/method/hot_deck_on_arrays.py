"""Random hot-deck imputation of item non-response.

Within a block one donor fills all that its recipient lacks. Classes go from fine to
coarse; donors and recipients of a class are put in two independent random orders by
md5, and recipient i takes donor ((i - 1) mod D) + 1: a random assignment without
replacement that anyone can recompute with nothing but md5.

A further hot deck, for the variance that imputation adds, is the same but for its draw:
each class first resamples its donors with replacement (approximate Bayesian bootstrap),
and each recipient draws from that resample with replacement.

References: Andridge and Little (2010), International Statistical Review 78, 40-64;
Kalton and Kish (1984), Communications in Statistics 13, 1919-1939;
Rubin and Schenker (1986), Journal of the American Statistical Association 81, 366-374.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from barometer.method.questionnaire import NO_ANSWER, Answers, Block, Questionnaire

# Odd constants of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA): two random numbers of
# one response differ by where they stand, not by a state that rows would share.
GOLDEN_GAMMA = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB


@dataclass(frozen=True)
class Imputations:
    """One element an imputed answer; donors and recipients are positions of responses."""

    recipient: np.ndarray
    question_id: np.ndarray
    answer_code: np.ndarray
    donor: np.ndarray
    level: np.ndarray


@dataclass(frozen=True)
class Bootstrap:
    """Which further hot deck to draw, and the random key of each response in each block."""

    replicate: int
    keys: dict[str, np.ndarray]

    def slots(self, block: Block, level: int, role: int, who: np.ndarray, count) -> np.ndarray:
        """A number from 0 to `count` - 1 for each response of `who`, every one as likely."""
        place = (self.replicate * 256 + level) * 2 + role
        mixed = mix(self.keys[block.block_id][who] + np.uint64(place * GOLDEN_GAMMA % 2**64))
        return ((mixed >> np.uint64(11)) * 2.0**-53 * count).astype(np.int64)


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
    _, pieces = complete(
        answers, response_ids, class_levels, questionnaire, seed, minimum_donors, edition
    )
    return Imputations(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def complete(
    answers: Answers,
    response_ids: list[str],
    class_levels: list[np.ndarray],
    questionnaire: Questionnaire,
    seed: int,
    minimum_donors: int,
    edition: int,
    bootstrap: Bootstrap | None = None,
) -> tuple[Answers, list[tuple]]:
    """Answers with every gap filled, and what was filled, question by question.

    Args:
        bootstrap: the further hot deck to draw; none for the one that is published. The
            other arguments, and what is raised, are those of `impute`.
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
            bootstrap,
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
    return answers, pieces


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
    bootstrap: Bootstrap | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The donor and the level of each recipient, as arrays over all responses (-1 elsewhere)."""
    donor_of = np.full(len(encoded_ids), -1, dtype=np.int64)
    level_of = np.zeros(len(encoded_ids), dtype=np.int8)
    if len(recipients) == 0:
        return donor_of, level_of
    if bootstrap:
        # The slots of a class are its donors in the order of their keys, not of the rows.
        donors = donors[np.argsort(bootstrap.keys[block.block_id][donors], kind="stable")]
    else:
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
        count = donor_count[served]
        if bootstrap:
            slot = first[served] + bootstrap.slots(block, number, 0, waiting[served], count)
            resampled = bootstrap.slots(block, number, 1, donors_by_class[slot], count)
            chosen = first[served] + resampled
        else:
            chosen = first[served] + rank[served] % count
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


def bootstrap_keys(
    seed: int, questionnaire: Questionnaire, response_ids: list[str]
) -> dict[str, np.ndarray]:
    """The first 64 bits of md5(seed|bootstrap|block_id|response_id), by block, `uint64`."""
    return {
        block.block_id: np.array(
            [
                int.from_bytes(
                    hashlib.md5(
                        f"{seed}|bootstrap|{block.block_id}|{response_id}".encode(),
                        usedforsecurity=False,
                    ).digest()[:8],
                    "big",
                )
                for response_id in response_ids
            ],
            dtype=np.uint64,
        )
        for block in questionnaire.blocks
    }


def mix(numbers: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64, written out so that no library can change it."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(MIX_1)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(MIX_2)
    return numbers ^ (numbers >> np.uint64(31))
