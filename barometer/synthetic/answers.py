"""Answer the questionnaire for every synthetic usable respondent, so that the published numbers come out to the decimal.

Method, block by block in the order of imputation:
    1) A draft: in every stratum and base as many answers of each code as raking to the published percentages expects, with
       the deviations that a sample would show, given to respondents by a latent propensity that technologies share.
    2) Blanks are left, and the hot deck of the warehouse says which donor will serve whom: that depends on seed, class and
       missingness, not on the answers. So the weight that an answer will have is known before the answer is.
    3) As few answers change as it takes for every published number to hold, whole number by whole number
       (`exact.least_change`).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from barometer.hot_deck import assign_donors, class_labels, derive_available
from barometer.questionnaire import NO_ANSWER, Answers, Block
from barometer.synthetic.exact import Row, interval, least_change
from barometer.synthetic.nonresponse import Blanks, require_answers, stray_answers
from barometer.synthetic.profile import Settings
from barometer.synthetic.rates import expected_shares
from barometer.synthetic.reference import Design, Indicator


class Respondents:
    """n synthetic respondents in the order of the strata, and what is settled of their answers.

    `answers` are complete within the routing and as they will be after imputation, `reported` have the blanks: by question,
    uint8 (n,), `NO_ANSWER` where there is none.
    """

    def __init__(
        self,
        design: Design,
        settings: Settings,
        response_ids: Sequence[str],
        rng: np.random.Generator,
    ):
        self.design, self.settings, self.rng = design, settings, rng
        self.parameters = settings["answers"]
        self.encoded_ids = [response_id.encode() for response_id in response_ids]
        self.strata = np.repeat(np.arange(len(design.strata)), design.usable)
        self.weights = design.weights[self.strata]
        sizes = [stratum.size for stratum in design.strata]
        self.levels = [
            self.strata,
            np.array([sizes.index(size) for size in sizes])[self.strata],
            np.zeros_like(self.strata),
        ]
        self.propensity = rng.standard_normal(len(self.strata))
        self.answers: Answers = {q.id: np.full(len(self.strata), NO_ANSWER) for q in design.questions}
        self.reported: Answers = {}

    def members(self, base: str) -> np.ndarray:
        """Who belongs to a base after imputation, bool (n,)."""
        return self.design.questionnaire.members(base, self.answers, len(self.strata))

    def routed(self, base: str) -> np.ndarray:
        """Who is led to the questions of a base by what they reported, bool (n,)."""
        reported = dict(self.reported)
        for derived in self.design.questionnaire.derived_questions:
            if set(derived.input_question_ids) <= set(reported):
                reported[derived.question_id] = derived.derive(reported)
        return self.design.questionnaire.members(base, reported, len(self.strata))

    def scores(self, count: int, general: float, common: float) -> np.ndarray:
        """Latent scores, float (count, n): the general propensity, one of the block, and one of each question."""
        own = max(1 - general**2 - common**2, 0.1) ** 0.5
        return (
            general * self.propensity
            + common * self.rng.standard_normal(len(self.strata))
            + own * self.rng.standard_normal((count, len(self.strata)))
        )

    def donors(self, block: Block, inside: np.ndarray, missing: np.ndarray) -> np.ndarray:
        """The donor that the hot deck will give each respondent, int (n,), -1 where none is needed."""
        lacks = missing.any(axis=0)
        donor_of, _ = assign_donors(
            np.flatnonzero(inside & lacks),
            np.flatnonzero(inside & ~lacks),
            class_labels(self.levels, block, self.answers),
            block,
            self.encoded_ids,
            self.design.imputation_seed,
            self.settings.minimum_donors,
            self.design.edition,
        )
        return donor_of

    def draft(self, question: str, inside: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Codes of a question, uint8 (n,), by raked shares: the higher a score, the more the question holds."""
        (codes,) = [q.codes for q in self.design.questions if q.id == question]
        # Codes in the order of rising propensity: no before yes, "none" before "plans" before "uses".
        rising = codes[::-1] if question not in self.settings["answers"]["ascending"] else codes
        drafted = np.full(len(self.strata), NO_ANSWER)
        for base in self.design.bases_of(question):
            if not set(self.design.questionnaire.bases[base]) <= set(self.answers):
                continue
            asked = inside & self.members(base)
            counts = np.bincount(self.strata[asked], minlength=len(self.design.strata))
            shares = self._shares(question, base, rising, counts)
            noise = self.rng.standard_normal(shares.shape)
            for stratum in np.flatnonzero(counts):
                drafted[self._ranked(asked, stratum, scores)] = np.repeat(
                    rising, self._split(counts[stratum], shares[:, stratum], noise[:, stratum])
                )
        return drafted

    def _shares(self, question: str, base: str, codes: Sequence[int], counts: np.ndarray) -> np.ndarray:
        """Expected share of each code in each stratum, float (codes, H); one code may be all that the others leave."""
        sectors = [stratum.sector for stratum in self.design.strata]
        names = list(dict.fromkeys(sectors))
        effects = self.parameters["sector_spread"] * self.rng.standard_normal(len(names))
        spread = np.array([effects[names.index(sector)] for sector in sectors])
        found = {}
        for code in codes:
            indicator = self.design.indicator_of_code(question, code, base)
            share = indicator and expected_shares(self.design, self.settings, indicator, counts, spread)
            if share is not None:
                found[code] = share
        left = [code for code in codes if code not in found]
        if len(left) > 1:
            raise ValueError(
                f"edition {self.design.edition}: neither published nor assumed in profile.toml: how many of base {base!r} "
                f"answer {question} with {' or '.join(map(str, left))}"
            )
        total = np.sum(list(found.values()), axis=0)
        found.update({code: np.maximum(1 - total, 0.0) for code in left})
        shares = np.array([found[code] for code in codes])
        return shares / shares.sum(axis=0)

    def _split(self, count: int, shares: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """`count` respondents over the codes: the expected ones, with part of a sample's deviations."""
        deviation = self.parameters["stratum_spread"] * np.sqrt(count * shares * (1 - shares))
        bounds = np.cumsum(np.maximum(count * shares + deviation * noise, 0.0))
        bounds = np.round(bounds / max(bounds[-1], 1e-9) * count).astype(int)
        return np.diff(bounds, prepend=0)

    def _ranked(self, asked: np.ndarray, stratum: int, scores: np.ndarray) -> np.ndarray:
        places = np.flatnonzero(asked & (self.strata == stratum))
        return places[np.argsort(scores[places], kind="stable")]

    def hits(self, indicator: Indicator, codes: Answers) -> np.ndarray:
        """Which of some answers, complete or not, are hits of an indicator: bool of their shape."""
        if indicator.question in codes:
            return np.isin(codes[indicator.question], indicator.hit_codes)
        (derived,) = [
            d for d in self.design.questionnaire.derived_questions if d.question_id == indicator.question
        ]
        return np.isin(derived.derive(codes), indicator.hit_codes)

    def published(self, questions: Sequence[str]) -> Iterator[tuple[dict[str, str], Indicator]]:
        """The numbers that answers to some questions settle, published ones and assumed totals, each with its indicator."""
        published = {(f["indicator"], f["base"], f["domain"], f["unit"]) for f in self.design.figures}
        assumed = [
            {"source": "profile.toml", "indicator": indicator, "base": base, "domain": domain}
            | {"category": category, "value": value, "unit": "assumed"}
            for indicator, base, domain, category, value in self.settings.assumed(self.design.edition)
            if domain == "total" and (indicator, base, domain, "percent") not in published
        ]
        for figure in [*self.design.figures, *assumed]:
            indicator = self.design.indicator(figure["indicator"], figure["base"])
            if indicator and set(self.design.inputs(indicator.question)) <= set(questions):
                yield figure, indicator

    def range(self, figure: dict[str, str]) -> tuple[np.ndarray, np.ndarray, float, float]:
        """Of a published number: its members, bool (n,), their weights, and the least and highest sum of hits."""
        members = self.members(figure["base"])
        members &= self.design.mask(figure["domain"], figure["category"])[self.strata]
        low, high = interval(float(figure["value"]), figure["unit"])
        if figure["unit"] == "count":
            return members, members.astype(float), low, high
        weights = np.where(members, self.weights, 0.0)
        return members, weights, low / 100 * weights.sum(), high / 100 * weights.sum()


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
    # The technologies have a module of their own, which builds on this one.
    from barometer.synthetic.technologies import technology_codes

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


def received(codes: np.ndarray, lacks: np.ndarray, donor_of: np.ndarray) -> np.ndarray:
    """Codes with the missing ones filled by their donors."""
    filled = codes.copy()
    filled[lacks] = codes[donor_of[lacks]]
    return filled


def settled(missing: np.ndarray, donor_of: np.ndarray) -> np.ndarray:
    """Who receives or donates in a block, bool (n,): their answers stay as drafted."""
    served = missing.any(axis=0)
    result = served.copy()
    result[donor_of[served]] = True
    return result


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
    for figure, indicator in people.published(questions):
        _, weights, low, high = people.range(figure)
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


def name(figure: dict[str, str]) -> str:
    """A published number as errors name it."""
    return (
        f"{figure['source']} {figure['indicator']} of {figure['base']}, "
        f"{figure['domain']} {figure['category']} = {figure['value']}"
    )
