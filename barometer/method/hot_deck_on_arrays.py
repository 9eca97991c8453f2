"""The hot deck of `hot_deck`, on arrays of answers: draw by draw the same, published and further.

For what imputes far more often than a build does, or needs the donor of one block alone: the
simulations of coverage and bias, and the synthetic editions.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from barometer.method.questionnaire import NO_ANSWER, Answers, Block, Questionnaire


@dataclass(frozen=True)
class FurtherDeck:
    """Which further deck to draw, and what its classes are called.

    `class_names` are texts a response, of every level but the last.
    """

    replicate: int
    class_names: list[list[str]]


def complete(
    answers: Answers,
    response_ids: list[str],
    class_levels: list[np.ndarray],
    questionnaire: Questionnaire,
    seed: int,
    minimum_donors: int,
    edition: int,
    deck: FurtherDeck | None = None,
    assign: Callable | None = None,
) -> Answers:
    """Answers with every gap inside its base filled, and the derived questions of these.

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
        deck: the further deck to draw; none for the one that is published.
        assign: what takes the place of `assign_donors`, to compare with it.

    Raises:
        LookupError: a class of the last level has recipients and no donor.
    """
    reported, answers = answers, dict(answers)
    response_count = len(response_ids)
    encoded_ids = [response_id.encode() for response_id in response_ids]
    levels = [*class_levels, np.zeros(response_count, dtype=np.int64)]
    for block in questionnaire.blocks:
        in_base = questionnaire.members(block.base_id, answers, response_count)
        codes = np.stack([answers[question_id] for question_id in block.question_ids])
        missing = in_base & (codes == NO_ANSWER)
        is_recipient = missing.any(axis=0)
        # In the order of further decks: by pattern, in which the last question has the highest bits.
        order = np.lexsort((*codes, is_moving(questionnaire, block, reported, response_count)))
        donor_of, *_ = (assign or assign_donors)(
            np.flatnonzero(is_recipient),
            order[(in_base & ~is_recipient)[order]],
            class_labels(levels, block, answers),
            codes,
            block,
            encoded_ids,
            seed,
            minimum_donors,
            edition,
            deck,
        )
        for question_id, question_missing in zip(block.question_ids, missing, strict=True):
            recipients = np.flatnonzero(question_missing)
            filled = answers[question_id].copy()
            filled[recipients] = filled[donor_of[recipients]]
            answers[question_id] = filled
        derive_available(questionnaire, answers)
    return answers


def is_moving(
    questionnaire: Questionnaire, block: Block, reported: Answers, response_count: int
) -> np.ndarray:
    """Who lacks something in a block that the base or the class of this block follows from."""
    deciding = {*questionnaire.bases[block.base_id], block.class_question_id}
    sources = deciding.union(
        *(
            derived.input_question_ids
            for derived in questionnaire.derived_questions
            if derived.question_id in deciding
        )
    )
    moving = np.zeros(response_count, dtype=bool)
    for other in questionnaire.blocks:
        if not sources.isdisjoint(other.question_ids):
            moving |= np.any([reported[name] == NO_ANSWER for name in other.question_ids], axis=0)
    return moving


def derive_available(questionnaire: Questionnaire, answers: Answers) -> None:
    """Add each derived question whose inputs are complete in everybody, once."""
    for derived in questionnaire.derived_questions:
        if derived.question_id not in answers and all(
            (answers[question_id] != NO_ANSWER).all()
            for question_id in derived.input_question_ids
        ):
            answers[derived.question_id] = derived.derive(answers)


def class_labels(levels: list[np.ndarray], block: Block, answers: Answers) -> list[np.ndarray]:
    """Class labels by level, times 256, with the code of the block's class question added."""
    code = answers[block.class_question_id] if block.class_question_id else 0
    return [level * 256 + code for level in levels]


def assign_donors(
    recipients: np.ndarray,
    donors: np.ndarray,
    levels: list[np.ndarray],
    codes: np.ndarray,
    block: Block,
    encoded_ids: list[bytes],
    seed: int,
    minimum_donors: int,
    edition: int,
    deck: FurtherDeck | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Donor, level and distance of each recipient, as arrays over all responses (-1 elsewhere).

    Args:
        donors: in a further deck, in the order in which it counts them.
        levels: `class_labels`. The other arguments are those of `complete`.
        codes: what was reported, `uint8` of shape (questions of the block, responses).
    """
    if not deck:
        donors = md5_order(donors, f"{seed}|donor|{block.block_id}|", encoded_ids)
        recipients = md5_order(recipients, f"{seed}|recipient|{block.block_id}|", encoded_ids)
    level_of, distance_of = serving(recipients, donors, levels, codes, block, minimum_donors)
    donor_of = np.full(len(encoded_ids), -1, dtype=np.int64)
    if (level_of[recipients] < 0).any():
        raise LookupError(
            f"edition {edition}, block {block.block_id}, base {block.base_id}: found "
            f"{(level_of[recipients] < 0).sum()} responses with a missing answer and no donor; "
            "expected at least one response of the same base with the block complete"
        )
    for number, labels in enumerate(levels, start=1):
        served = recipients[level_of[recipients] == number]
        if len(served) == 0:
            continue
        distances, cell_of = distances_by_cell(served, donors, labels, codes, block)
        # The nearest donors of each cell, one cell after the other, each in the order of all donors.
        cell, nearest = np.nonzero(distances == distances.min(axis=1)[:, None])
        first = np.searchsorted(cell, cell_of)
        count = np.searchsorted(cell, cell_of, side="right") - first
        if deck:
            class_codes = labels[served] % 256
            place = resampled(served, class_codes, count, number, deck, block, encoded_ids, seed)
        else:
            place = rank_within(cell_of) % count
        donor_of[served] = donors[nearest[first + place]]
    return donor_of, level_of, distance_of


def serving(
    recipients: np.ndarray,
    donors: np.ndarray,
    levels: list[np.ndarray],
    codes: np.ndarray,
    block: Block,
    minimum_donors: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Level and distance of the class that serves each recipient: the finest of the nearest (-1 elsewhere)."""
    level_of, distance_of = np.full((2, codes.shape[1]), -1, dtype=np.int64)
    for number, labels in enumerate(levels, start=1):
        sizes = np.bincount(labels[donors], minlength=labels.max(initial=0) + 1)
        needed = minimum_donors if number < len(levels) else 1
        asking = recipients[(sizes[labels[recipients]] >= needed) & (distance_of[recipients] != 0)]
        if len(asking):
            distances, cell_of = distances_by_cell(asking, donors, labels, codes, block)
            least = distances.min(axis=1)[cell_of]
            nearer = (distance_of[asking] < 0) | (least < distance_of[asking])
            level_of[asking[nearer]], distance_of[asking[nearer]] = number, least[nearer]
    return level_of, distance_of


def distances_by_cell(
    recipients: np.ndarray, donors: np.ndarray, labels: np.ndarray, codes: np.ndarray, block: Block
) -> tuple[np.ndarray, np.ndarray]:
    """Distances from the cells of some recipients to donors, (cells, donors), and the cell of each.

    A donor of another class is farther than any of the same.
    """
    cells, cell_of = np.unique(
        np.vstack([labels[recipients], codes[:, recipients]]), axis=1, return_inverse=True
    )
    # A block in one whole number has far fewer questions than a byte can count.
    distances = np.zeros((cells.shape[1], len(donors)), dtype=np.uint8)
    cells, labels_asked = cells[1:].astype(codes.dtype), cells[0]
    for asked, given, counts in zip(
        cells, codes[:, donors], compared(cells, block), strict=True
    ):
        if counts.any():
            distances += counts[:, None] & (asked[:, None] != given)
    distances[labels_asked[:, None] != labels[donors]] = len(codes) + 1
    return distances, cell_of


def compared(codes: np.ndarray, block: Block) -> np.ndarray:
    """Which answers to a block a distance counts, bool as `codes`, (questions, cells): those reported
    that a derived question takes together with a missing one; all reported where none takes any.
    """
    missing = codes == NO_ANSWER
    together = np.array(
        [[other in names for other in block.question_ids] for names in block.taken_together]
    )
    wanted = (together[:, :, None] & missing[:, None, :]).any(axis=0)
    return ~missing & (wanted | ~wanted.any(axis=0))


def rank_within(groups: np.ndarray) -> np.ndarray:
    """The place of each element among those of its group, from 0, in their order."""
    order = np.argsort(groups, kind="stable")
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[order] = np.arange(len(groups)) - np.searchsorted(groups[order], groups[order])
    return ranks


def md5_order(positions: np.ndarray, prefix: str, encoded_ids: list[bytes]) -> np.ndarray:
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


def resampled(
    recipients: np.ndarray,
    codes: np.ndarray,
    counts: np.ndarray,
    level: int,
    deck: FurtherDeck,
    block: Block,
    encoded_ids: list[bytes],
    seed: int,
) -> np.ndarray:
    """The place, among the donors of its cell, of the one that each recipient gets.

    Args:
        codes: the code of the class question of each recipient, or 0.
        counts: how many donors its cell has.
    """
    slot_of = f"{seed}|slot|{block.block_id}|{deck.replicate}|".encode()
    places = np.zeros(len(recipients), dtype=np.int64)
    for row, recipient in enumerate(recipients.tolist()):
        count = int(counts[row])
        name = f"{level}|{codes[row]}"
        if level <= len(deck.class_names):
            name += f"|{deck.class_names[level - 1][recipient]}"
        slot = below(slot_of + encoded_ids[recipient], count)
        donor_of = f"{seed}|resample|{block.block_id}|{deck.replicate}|{name}|{slot}"
        places[row] = below(donor_of.encode(), count)
    return places


def below(text: bytes, count: int) -> int:
    """The first 15 hexadecimal digits of an md5 digest, as a number below `count`."""
    return int(hashlib.md5(text, usedforsecurity=False).hexdigest()[:15], 16) % count
