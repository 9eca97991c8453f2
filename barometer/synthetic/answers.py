"""Answer the questionnaire for every synthetic usable respondent, so that the published numbers come out to the decimal.

Method, block by block in the order of imputation:
    1) A draft: in every stratum and base as many answers of each code as raking to the published percentages expects, with
       the deviations that a sample would show, given to respondents by a latent propensity that technologies share.
    2) Blanks are left, and the hot deck of the warehouse says which donor will serve whom: that depends on seed, class and
       missingness, not on the answers. So the weight that an answer will have is known before the answer is.
    3) As few answers change as it takes for every published number to hold, whole number by whole number
       (`exact.least_change`).
"""

from collections.abc import Sequence

import numpy as np

from barometer.method.hot_deck_on_arrays import derive_available
from barometer.method.questionnaire import NO_ANSWER, Answers, Block
from barometer.synthetic.exact import Row, least_change
from barometer.synthetic.nonresponse import Blanks, require_answers, stray_answers
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design
from barometer.synthetic.respondents import Respondents, name, received, settled
from barometer.synthetic.technologies import technology_codes


def complete_answers(
    design: Design,
    settings: Settings,
    response_ids: Sequence[str],
    engaged: np.ndarray,
    answers_rng: np.random.Generator,
    blanks_rng: np.random.Generator,
) -> np.ndarray:
    """Reported codes, int (n, questions), 0 where the cell is empty, in the order of the raw columns.

    `response_ids` of the usable, in the order of the strata; `engaged` bool (n,): who answers the first two blocks in full.
    ValueError names the numbers that cannot hold together, or what neither the seeds nor the profile say enough about.
    """
    people = Respondents(design, settings, response_ids, answers_rng)
    blanks = Blanks(design, settings, people.strata, engaged, blanks_rng)
    for number, block in enumerate(design.questionnaire.blocks):
        inside, routed = people.members(block.base_id), people.routed(block.base_id)
        missing = blanks.of_block(number, inside, routed)
        donor_of = people.donors(block, inside, missing)
        answer = technology_codes if block.block_id == settings["adoption"]["block"] else block_codes
        codes = answer(people, block, inside, missing, donor_of)
        for question, lacks in zip(block.question_ids, missing, strict=True):
            people.answers[question] = received(codes[question], lacks, donor_of)
            people.reported[question] = np.where(lacks, NO_ANSWER, codes[question])
        derive_available(design.questionnaire, people.answers)
    stray_answers(design, settings, people.answers, people.reported, blanks_rng)
    require_answers(design, people.reported)
    reported = np.array([people.reported[question.id] for question in design.questions]).T.astype(int)
    return np.where(reported == NO_ANSWER, 0, reported)


def block_codes(
    people: Respondents, block: Block, inside: np.ndarray, missing: np.ndarray, donor_of: np.ndarray
) -> Answers:
    """Codes of a block's questions, `NO_ANSWER` outside its base, that meet every number published of them."""
    common = people.parameters["block_loading_of"].get(block.block_id, people.parameters["block_loading"])
    all_scores = people.scores(len(block.question_ids), 0.0, common)
    scores = dict(zip(block.question_ids, all_scores, strict=True))
    lacks = dict(zip(block.question_ids, missing, strict=True))
    codes = {question: people.draft(question, inside, scores[question]) for question in block.question_ids}
    for group in people.design.groups(block.question_ids):
        drafted, lacking, inclined = ({q: of[q] for q in group} for of in (codes, lacks, scores))
        codes.update(_adjusted(people, drafted, inside, lacking, donor_of, inclined))
    return codes


def _adjusted(
    people: Respondents,
    drafted: Answers,
    inside: np.ndarray,
    lacks: dict[str, np.ndarray],
    donor_of: np.ndarray,
    scores: dict[str, np.ndarray],
) -> Answers:
    """Codes of questions that belong together, with as few changes as the published numbers ask for.

    Who lacks all of them answers as the donor does, whose weight is therefore larger. Who lacks some, and their donors,
    keep what is drafted.
    """
    questions = list(drafted)
    lack = np.array([lacks[question] for question in questions])
    copies, mixes = lack.all(axis=0), lack.any(axis=0) & ~lack.all(axis=0)
    fixed = settled(mixes[None, :], donor_of) & inside
    # A copy of a donor who stays as drafted stays so too.
    fixed[copies] = fixed[donor_of[copies]]
    free = inside & ~fixed & ~copies
    complete = {question: received(drafted[question], lacks[question], donor_of) for question in questions}
    choices = [people.design.codes_of(question) for question in questions]
    patterns = np.stack(np.meshgrid(*choices, indexing="ij")).reshape(len(questions), -1)
    of_pattern = dict(zip(questions, patterns.astype(np.uint8), strict=True))
    now = np.argmax(
        np.all(np.array([drafted[q][free] for q in questions])[:, :, None] == patterns[:, None, :], axis=0), axis=1
    )
    effects, hits, limits = [people.strata[free].astype(float)], [], []
    for figure, indicator in people.wanted(questions):
        weights, low, high = people.range(figure)
        settled_hits = weights[fixed & people.hits(indicator, complete)].sum()
        carried = weights.copy()
        np.add.at(carried, donor_of[copies], weights[copies])
        effects.append(carried[free])
        hits.append(people.hits(indicator, of_pattern))
        limits.append((name(figure), low - settled_hits, high - settled_hits))
    # Alike are respondents of one stratum whose answers carry the same weight in every published number.
    kinds, cells = np.unique(np.round(np.array(effects), 6), axis=1, return_inverse=True)
    cells = cells.ravel()
    draft = np.zeros((kinds.shape[1], patterns.shape[1]), dtype=int)
    np.add.at(draft, (cells, now), 1)
    rows = [
        Row(name_, np.outer(effect, hit), low, high)
        for (name_, low, high), effect, hit in zip(limits, kinds[1:], hits, strict=True)
    ]
    counts = least_change(draft, people.design.weights[kinds[0].astype(int)], rows)
    then = moved(now, cells, counts, patterns, np.array([scores[q][free] for q in questions]), people, questions)
    adjusted = {}
    for row, question in enumerate(questions):
        adjusted[question] = drafted[question].copy()
        adjusted[question][free] = patterns[row, then]
    return adjusted


def moved(now, cells, counts, patterns, scores, people: Respondents, questions) -> np.ndarray:
    """Pattern of each respondent, int (m,), so that every cell has its `counts`: few move, not far, and those most inclined."""
    ascending = people.parameters["ascending"]
    rank = np.array([row if q in ascending else -row for q, row in zip(questions, patterns, strict=True)], dtype=float)
    distance = np.abs(patterns[:, :, None] - patterns[:, None, :]).sum(axis=0)
    pairs = sorted(np.ndindex(*distance.shape), key=lambda pair: (distance[pair], pair))
    then = now.copy()
    for cell in range(len(counts)):
        places = np.flatnonzero(cells == cell)
        surplus = np.bincount(now[places], minlength=counts.shape[1]) - counts[cell]
        for origin, target in pairs:
            count = min(surplus[origin], -surplus[target])
            if count > 0:
                direction = np.sign(rank[:, target] - rank[:, origin])
                movable = places[(now[places] == origin) & (then[places] == origin)]
                inclined = np.argsort(-(direction @ scores[:, movable]), kind="stable")
                then[movable[inclined[:count]]] = target
                surplus[[origin, target]] += np.array([-count, count])
    return then
