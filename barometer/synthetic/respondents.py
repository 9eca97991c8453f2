"""Synthetic respondents: their strata and weights, drafts of their answers, and what these have to meet."""

from collections.abc import Iterator, Sequence

import numpy as np

from barometer.method.questionnaire import NO_ANSWER, Answers
from barometer.synthetic.exact import interval
from barometer.synthetic.profile import Settings
from barometer.synthetic.rates import expected_shares, targets
from barometer.synthetic.reference import Design, Indicator


class Respondents:
    """n synthetic respondents in the order of the strata, and what is settled of their answers.

    `answers` are complete within the routing, as they will be after imputation: by question, uint8 (n,), `NO_ANSWER` where
    there is none.
    """

    def __init__(self, design: Design, settings: Settings, rng: np.random.Generator):
        self.design, self.settings, self.rng = design, settings, rng
        self.parameters = settings["answers"]
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

    def members(self, base: str) -> np.ndarray:
        """Who belongs to a base after imputation, bool (n,)."""
        return self.design.questionnaire.members(base, self.answers, len(self.strata))

    def change_places(self, questions: Sequence[str], one: int, other: int) -> None:
        """Exchange the answers of two respondents to some questions that belong together, in place.

        What is derived from them goes along, and where a later block's base or class follows from it, so do the answers to
        all later blocks.
        """
        questionnaire = self.design.questionnaire
        derived = [d for d in questionnaire.derived_questions if set(d.input_question_ids) & set(questions)]
        settled = {*questions, *(d.question_id for d in derived)}
        deciding = {question for conditions in questionnaire.bases.values() for question in conditions}
        deciding |= {block.class_question_id for block in questionnaire.blocks}
        moved = list(questions)
        if settled & deciding:
            (place,) = {n for n, block in enumerate(questionnaire.blocks) if set(questions) & set(block.question_ids)}
            moved += [q for block in questionnaire.blocks[place + 1 :] for q in block.question_ids]
            later = {d for d in questionnaire.derived_questions if set(d.input_question_ids) & set(moved)}
            derived = [d for d in questionnaire.derived_questions if d in later]
        for question in [*moved, *(d.question_id for d in derived if d.question_id in self.answers)]:
            self.answers[question][[one, other]] = self.answers[question][[other, one]]

    def scores(self, count: int, general: float, common: float) -> np.ndarray:
        """Latent scores, float (count, n): the general propensity, one of the block, and one of each question."""
        own = max(1 - general**2 - common**2, 0.1) ** 0.5
        return (
            general * self.propensity
            + common * self.rng.standard_normal(len(self.strata))
            + own * self.rng.standard_normal((count, len(self.strata)))
        )

    def draft(self, question: str, inside: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Codes of a question, uint8 (n,), by raked shares: the higher a score, the more the question holds."""
        codes = self.design.codes_of(question)
        # Codes in the order of rising propensity: no before yes, "none" before "plans" before "uses".
        rising = codes[::-1] if question not in self.settings["answers"]["ascending"] else codes
        drafted = np.full(len(self.strata), NO_ANSWER)
        bases = self.design.bases_of(question)
        for base in [base for base in bases if self._is_known(question, base)] or bases:
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

    def _is_known(self, question: str, base: str) -> bool:
        """Whether anything is published or assumed of a base's answers to a question, in this edition."""
        return any(
            targets(self.design, self.settings, indicator, self.design.edition)
            for indicator in self.design.indicators
            if (indicator.question, indicator.base) == (question, base)
        )

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
        """What some answers, complete or not, count for in an indicator, 1 or 0 in most: int of their shape."""
        question = indicator.question
        of = codes[question] if question in codes else self.design.derived(question).derive(codes)
        return sum(value * (of == code) for code, value in zip(indicator.hit_codes, indicator.values, strict=True))

    def wanted(self, questions: Sequence[str]) -> Iterator[tuple[dict[str, str], Indicator]]:
        """The numbers that answers to some questions settle, published and assumed ones, each with its indicator."""
        published = {(f["indicator"], f["base"], f["domain"], f["category"], f["unit"]) for f in self.design.figures}
        assumed = [
            dict(zip(("indicator", "base", "domain", "category", "value", "reach"), row, strict=False))
            | {"source": "profile.toml", "unit": "percent", "is_assumed": True}
            for row in self.settings.assumed(self.design.edition)
            if (*row[:4], "percent") not in published
        ]
        for figure in [*self.design.figures, *assumed]:
            indicator = self.design.indicator(figure["indicator"], figure["base"])
            if indicator and set(self.design.inputs(indicator.question)) <= set(questions):
                yield figure, indicator

    def interval(self, figure: dict[str, str]) -> tuple[float, float]:
        """The numbers that reproduce a published one, or lie near an assumed one."""
        value = float(figure["value"])
        if not figure.get("is_assumed"):
            return interval(value, figure["unit"])
        rules = self.settings["assumed"]
        reach = figure.get("reach", rules["total"])
        if "reach" not in figure and figure["domain"] != "total":
            reach = min(max(rules["domain_share"] * value, rules["total"]), rules["domain_at_most"])
        return value - reach, value + reach

    def range(self, figure: dict[str, str]) -> tuple[np.ndarray, float, float]:
        """Of a published number: weights, float (n,), 0 outside its base, and the least and highest sum of hits."""
        members = self.members(figure["base"])
        members &= self.design.mask(figure["domain"], figure["category"])[self.strata]
        low, high = self.interval(figure)
        if figure["unit"] == "count":
            return members.astype(float), low, high
        weights = np.where(members, self.weights, 0.0)
        return weights, low / 100 * weights.sum(), high / 100 * weights.sum()


def name(figure: dict[str, str]) -> str:
    """A published number as errors name it."""
    return (
        f"{figure['source']} {figure['indicator']} of {figure['base']}, "
        f"{figure['domain']} {figure['category']} = {figure['value']}"
    )
