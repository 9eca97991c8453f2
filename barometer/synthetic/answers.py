"""Answer the questionnaire for every synthetic usable respondent, so that the published numbers come out to the decimal.

Method, block by block in the order of imputation:
    1) A draft: in every stratum and base as many answers of each code as raking to the published percentages expects, with
       the deviations that a sample would show, given to respondents by a latent propensity that technologies share.
    2) As few answers change as it takes for every published number to hold, whole number by whole number
       (`exact.least_change`), each response with the weight of its stratum.

Nothing is missing yet: `nonresponse` leaves blanks afterwards, and no count per stratum moves.
"""

import numpy as np

from barometer.method.hot_deck_on_arrays import derive_available
from barometer.method.questionnaire import Answers, Block
from barometer.synthetic.exact import Row, least_change
from barometer.synthetic.respondents import Respondents, name
from barometer.synthetic.technologies import technology_codes


def answer_all(people: Respondents) -> None:
    """Give everybody a code to every question that they are asked, in `people.answers`.

    ValueError names the numbers that cannot hold together, or what neither the seeds nor the profile say enough about.
    """
    for block in people.design.questionnaire.blocks:
        answer = technology_codes if block.block_id == people.settings["adoption"]["block"] else block_codes
        people.answers.update(answer(people, block))
        derive_available(people.design.questionnaire, people.answers)


def block_codes(people: Respondents, block: Block) -> Answers:
    """Codes of a block's questions, `NO_ANSWER` outside its base, that meet every number published of them."""
    inside = people.members(block.base_id)
    common = people.parameters["block_loading_of"].get(block.block_id, people.parameters["block_loading"])
    all_scores = people.scores(len(block.question_ids), 0.0, common)
    scores = dict(zip(block.question_ids, all_scores, strict=True))
    codes = {question: people.draft(question, inside, scores[question]) for question in block.question_ids}
    for group in people.design.groups(block.question_ids):
        drafted, inclined = ({question: of[question] for question in group} for of in (codes, scores))
        codes.update(_adjusted(people, drafted, inside, inclined))
    share = people.parameters["none_share_of"].get(block.block_id)
    if share is not None:
        leave_few_without(people, block, codes, scores, share)
    return codes


def leave_few_without(people: Respondents, block: Block, codes: Answers, scores: dict[str, np.ndarray], share: float) -> None:
    """Let about a `share` of a block's respondents have no yes at all, in place, or as few as the numbers of yeses allow.

    Whoever has none changes places, in questions that belong together, with somebody of the same stratum and bases who has
    a yes elsewhere too: the one that this suits best by the scores. No number that is published or assumed moves.
    """
    groups = people.design.groups(block.question_ids)
    holds = np.array([np.any([codes[q] == people.design.codes_of(q)[0] for q in group], axis=0) for group in groups])
    inclined = np.array([np.max([scores[question] for question in group], axis=0) for group in groups])
    bases = dict.fromkeys([block.base_id, *(figure["base"] for figure, _ in people.wanted(block.question_ids))])
    alike = np.unique([people.strata, *map(people.members, bases)], axis=1, return_inverse=True)[1].ravel()
    for label in np.unique(alike[people.members(block.base_id)]):
        members = np.flatnonzero(alike == label)
        without = members[~holds[:, members].any(axis=0)]
        without = without[np.argsort(-inclined[:, without].max(axis=0), kind="stable")]
        for person in without[: max(len(without) - round(share * len(members)), 0)]:
            givers = members[holds[:, members].sum(axis=0) > 1]
            if not len(givers):
                break
            regret = np.where(holds[:, givers], inclined[:, givers] - inclined[:, [person]], np.inf)
            place, giver = np.unravel_index(np.argmin(regret), regret.shape)
            pair, swapped = [person, givers[giver]], [givers[giver], person]
            for question in groups[place]:
                codes[question][pair] = codes[question][swapped]
            holds[place, pair] = holds[place, swapped]


def _adjusted(people: Respondents, drafted: Answers, inside: np.ndarray, scores: dict[str, np.ndarray]) -> Answers:
    """Codes of questions that belong together, with as few changes as the published numbers ask for."""
    questions = list(drafted)
    choices = [people.design.codes_of(question) for question in questions]
    patterns = np.stack(np.meshgrid(*choices, indexing="ij")).reshape(len(questions), -1)
    of_pattern = dict(zip(questions, patterns.astype(np.uint8), strict=True))
    now = np.argmax(
        np.all(np.array([drafted[q][inside] for q in questions])[:, :, None] == patterns[:, None, :], axis=0), axis=1
    )
    effects, hits, limits = [people.strata[inside].astype(float)], [], []
    for figure, indicator in people.wanted(questions):
        weights, low, high = people.range(figure)
        effects.append(weights[inside])
        hits.append(people.hits(indicator, of_pattern))
        limits.append((name(figure), low, high))
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
    then = moved(now, cells, counts, patterns, np.array([scores[q][inside] for q in questions]), people, questions)
    adjusted = {}
    for row, question in enumerate(questions):
        adjusted[question] = drafted[question].copy()
        adjusted[question][inside] = patterns[row, then]
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
