"""Answer the questionnaire for every synthetic usable respondent, completely and within the routing.

Method:
    1) Per question and base, the number of hits in every stratum follows the published percentages (`rates.quotas`).
    2) Within a stratum the hits go to the respondents with the highest latent propensity, which technologies share, so
       that enterprises that use one technology tend to use several.
    3) Where it is published how many have any hit at all (or how many technologies), hits are moved between
       respondents of the same stratum until that holds as well.
"""

from dataclasses import dataclass, field

import numpy as np

from barometer.synthetic.profile import Settings
from barometer.synthetic.rates import chosen, published_count, quotas, targets
from barometer.synthetic.reference import Design

YES, NO = 1, 2


@dataclass
class Answers:
    """Answers of n synthetic respondents, in the order of the strata.

    `strata` int (n,), index of each one's stratum; `codes` by question, int (n,), 0 where the question is not asked.
    """

    strata: np.ndarray
    codes: dict[str, np.ndarray] = field(default_factory=dict)


def complete_answers(design: Design, settings: Settings, rng: np.random.Generator) -> Answers:
    """Complete answers of as many respondents per stratum as the report counts as usable.

    ValueError names the indicator, question or block that neither the seeds nor the profile say enough about.
    """
    answers = Answers(np.repeat(np.arange(len(design.strata)), design.usable))
    drawer = _Drawer(design, settings, rng, answers)
    drawer.adoption()
    for block in design.blocks:
        questions = [question for question in design.questions if question.block == block]
        if block == settings["adoption"]["block"] or not questions:
            continue
        if block not in settings["blocks"]:
            raise ValueError(f"profile.toml: [blocks] lacks block {block!r}")
        drawer.block(block, questions)
    return answers


def derive(design: Design, codes: dict[str, np.ndarray], question: str) -> np.ndarray:
    """Value of a derived question, int (n,), from answer codes by question."""
    derived = design.derived[question]
    inputs = np.array([codes[name] for name in derived.inputs])
    hits = np.isin(inputs, derived.hit_codes)
    if derived.operation == "count":
        return np.minimum(hits.sum(axis=0), len(inputs) if derived.max_code is None else derived.max_code)
    if derived.operation == "minimum":
        return inputs.min(axis=0)
    if derived.operation == "pattern":
        return (hits * 2 ** np.arange(len(inputs))[:, None]).sum(axis=0)
    raise ValueError(f"derived_questions.csv: {question}: unknown operation {derived.operation!r}")


def members(design: Design, codes: dict[str, np.ndarray], base: str) -> np.ndarray:
    """Who belongs to a base, bool (n,), judged by the answers in `codes`."""
    inside = np.ones(len(next(iter(codes.values()))), dtype=bool)
    for question, code in design.bases[base]:
        values = derive(design, codes, question) if question in design.derived else codes[question]
        inside &= values == code
    return inside


class _Drawer:
    """The state that drawing answers needs; every method fills in codes of `answers`."""

    def __init__(self, design: Design, settings: Settings, rng: np.random.Generator, answers: Answers):
        self.design, self.settings, self.rng, self.answers = design, settings, rng, answers
        self.parameters = settings["answers"]
        self.propensity = rng.standard_normal(len(answers.strata))

    def adoption(self) -> None:
        """The technologies: use, then plans, for every respondent."""
        rules = self.settings["adoption"]
        questions = [q.id for q in self.design.questions if q.block == rules["block"]]
        everyone = np.ones(len(self.answers.strata), dtype=bool)
        (group,) = [name for name in self.settings["any"] if set(self.design.derived[name].inputs) == set(questions)]
        scores = self._scores(len(questions), self.parameters["general_loading"])
        indicators = [rules["use_indicator"].format(question=question) for question in questions]
        hits = self._group(group, "all", everyone, indicators, scores, is_last=True)
        self._tune_counts(questions, hits, rules)
        for question, row in zip(questions, hits, strict=True):
            self.answers.codes[question] = np.where(row, rules["use_code"], rules["other_code"])
        self._plans(questions, hits, rules)

    def block(self, block: str, questions: list) -> None:
        """All questions of one block, for the members of each of its bases in turn."""
        rules = self.settings["blocks"][block]
        graded = self.settings["graded"]
        bases = [(base, members(self.design, self.answers.codes, base)) for base in rules["bases"]]
        for question in questions:
            self.answers.codes[question.id] = np.zeros(len(self.answers.strata), dtype=int)
        for number, (base, inside) in enumerate(bases):
            names = [question.id for question in questions if question.id not in graded]
            scores = dict(zip(names, self._scores(len(names), 0.0), strict=True))
            for group in [g for g in self.settings["any"] if set(self.design.derived[g].inputs) <= set(names)]:
                inputs = self.design.derived[group].inputs
                indicators = [rules["indicator"].format(question=name) for name in inputs]
                rows = np.array([scores[name] for name in inputs])
                hits = self._group(group, base, inside, indicators, rows, is_last=number == len(bases) - 1)
                for name, row in zip(inputs, hits, strict=True):
                    self._fill(name, inside, row)
                names = [name for name in names if name not in inputs]
            for name in names:
                wanted = targets(self.design, self.settings, rules["indicator"].format(question=name), base)
                self._fill(name, inside, self._hits(inside, wanted, scores[name]))
            for question in questions:
                if question.id in graded:
                    self._grade(question.id, base, inside, graded[question.id])

    def _fill(self, question: str, inside: np.ndarray, hits: np.ndarray) -> None:
        self.answers.codes[question][inside] = np.where(hits, YES, NO)[inside]

    def _scores(self, questions: int, general: float) -> np.ndarray:
        """Latent scores, float (questions, n): the general propensity, one of the block, and one of each question."""
        n, block = len(self.answers.strata), self.parameters["block_loading"]
        own = max(1 - general**2 - block**2, 0.1) ** 0.5
        return (
            general * self.propensity
            + block * self.rng.standard_normal(n)
            + own * self.rng.standard_normal((questions, n))
        )

    def _per_stratum(self, inside: np.ndarray) -> np.ndarray:
        return np.bincount(self.answers.strata[inside], minlength=len(self.design.strata))

    def _quotas(self, inside: np.ndarray, wanted: list, **limits) -> np.ndarray:
        """Hits per stratum among `inside`, with the deviations from the expected counts that a sample would show."""
        counts = self._per_stratum(inside)
        sectors = [stratum.sector for stratum in self.design.strata]
        names = list(dict.fromkeys(sectors))
        effects = self.parameters["sector_spread"] * self.rng.standard_normal(len(names))
        spread = np.array([effects[names.index(sector)] for sector in sectors])
        share = min(max(wanted[-1][1] / 100, 0.0), 1.0)
        deviation = self.parameters["stratum_spread"] * np.sqrt(counts * share * (1 - share))
        noise = deviation * self.rng.standard_normal(len(counts))
        return quotas(self.design.weights, counts, wanted, spread, noise, **limits)

    def _hits(self, inside: np.ndarray, wanted: list, scores: np.ndarray, **limits) -> np.ndarray:
        return chosen(scores, self.answers.strata, inside, self._quotas(inside, wanted, **limits))

    def _group(self, group, base, inside, indicators, scores, is_last) -> np.ndarray:
        """Hits of the questions of an any-group, bool (questions, n): each as wanted, and any of them as wanted."""
        rules = self.settings["any"][group]
        counts = self._per_stratum(inside)
        rows = [
            self._quotas(inside, targets(self.design, self.settings, indicator, base)) for indicator in indicators
        ]
        count = published_count(self.design, rules.get("count_indicator")) if is_last else None
        if count is not None and not inside.all():
            others = ~inside & (self.answers.codes[self.design.derived[group].inputs[0]] > 0)
            count -= int(derive(self.design, self.answers.codes, group)[others].sum())
        wanted = targets(self.design, self.settings, rules["indicator"], base)
        limits = {"lower": np.max(rows, axis=0), "upper": np.minimum(np.sum(rows, axis=0), counts)}
        anyone = self._hits(inside, wanted, scores.mean(axis=0), count=count, **limits)
        return _cover(scores, self.answers.strata, anyone, rows)

    def _tune_counts(self, questions: list[str], hits: np.ndarray, rules: dict) -> None:
        """Move hits within strata, in place, until the published numbers of technologies an enterprise hold."""
        weights = self.design.weights[self.answers.strata]
        total = weights.sum()
        highest = max(int(code) for code in rules["count_indicators"])
        wanted = {
            int(code): targets(self.design, self.settings, indicator, "all")[-1][1]
            for code, indicator in rules["count_indicators"].items()
        }
        alone = {}
        for row, question in enumerate(questions):
            indicator = rules["use_indicator"].format(question=question)
            if any((f["indicator"], f["base"]) == (indicator, rules["alone_base"]) for f in self.design.figures):
                alone[row] = targets(self.design, self.settings, indicator, rules["alone_base"])[-1][1]

        def cost() -> float:
            counts = np.minimum(hits.sum(axis=0), highest)
            by_count = np.bincount(counts, weights=weights, minlength=highest + 1)
            squares = sum((100 * by_count[code] / total - share) ** 2 for code, share in wanted.items())
            for row, share in alone.items():
                squares += (100 * weights[hits[row] & (counts == 1)].sum() / by_count[1] - share) ** 2 / 10
            return round(float(squares), 7)

        now = cost()
        draws = self.rng.random((self.parameters["tuning_rounds"], 3))
        adopters = np.flatnonzero(hits.any(axis=0))
        mates = {s: adopters[self.answers.strata[adopters] == s] for s in np.unique(self.answers.strata[adopters])}
        for first, second, third in draws:
            giver = adopters[int(first * len(adopters))]
            taker = mates[self.answers.strata[giver]][int(second * len(mates[self.answers.strata[giver]]))]
            row = int(third * len(questions))
            if not hits[row, giver] or hits[row, taker] or hits[:, giver].sum() < 2:
                continue
            hits[row, giver], hits[row, taker] = False, True
            after = cost()
            if after < now:
                now = after
            else:
                hits[row, giver], hits[row, taker] = True, False
            if now < 0.002:
                break

    def _plans(self, questions: list[str], hits: np.ndarray, rules: dict) -> None:
        """Plans of non-adopters (some of whom plan anything) and of adopters (beside what they use)."""
        design, settings = self.design, self.settings
        everyone = np.bincount(self.answers.strata, minlength=len(design.strata))
        outside = ~hits.any(axis=0)
        scores = self._scores(len(questions), self.parameters["general_loading"])
        plans = [
            targets(design, settings, rules["plan_indicator"].format(question=question), "all")[-1]
            for question in questions
        ]
        share = rules["plan_share_of_non_adopters"]
        rows = [self._quotas(outside, [(mask, share * pct)], base_members=everyone) for mask, pct in plans]
        wanted = targets(design, settings, rules["planner_indicator"], "all")
        limits = {"lower": np.max(rows, axis=0), "upper": np.sum(rows, axis=0)}
        planners = self._hits(outside, wanted, scores.mean(axis=0), base_members=everyone, **limits)
        covered = _cover(scores, self.answers.strata, planners, rows)
        weights = design.weights[self.answers.strata]
        for number, question in enumerate(questions):
            mask, percentage = plans[number]
            reached = 100 * weights[covered[number]].sum() / weights.sum()
            free = ~outside & ~hits[number]
            more = self._hits(free, [(mask, max(percentage - reached, 0.0))], scores[number], base_members=everyone)
            self.answers.codes[question][covered[number] | more] = rules["plan_code"]

    def _grade(self, question: str, base: str, inside: np.ndarray, rules: dict) -> None:
        """A question of more than two codes: the highest codes to the highest scores, the lowest to the lowest."""
        other = rules["other_code"]
        indicators = {int(code): indicator for code, indicator in rules["indicators"].items()}
        scores = self._scores(1, 0.0)[0]
        codes = self.answers.codes[question]
        codes[inside] = other
        free = inside.copy()
        for code in sorted(indicators, key=lambda code: -abs(code - other)):
            wanted = targets(self.design, self.settings, indicators[code], base)
            sign = 1 if code > other else -1
            limits = {"upper": self._per_stratum(free), "base_members": self._per_stratum(inside)}
            hits = self._hits(free, wanted, sign * scores, **limits)
            codes[hits] = code
            free &= ~hits


def _cover(scores: np.ndarray, strata: np.ndarray, anyone: np.ndarray, rows: list[np.ndarray]) -> np.ndarray:
    """Hits, bool (questions, n): per stratum as many as `rows` say, to high scores, and every one of `anyone` has some.

    A member left without takes over a hit of one that has most; `rows` sum to at least the members of every stratum.
    """
    hits = np.array([chosen(score, strata, anyone, row) for score, row in zip(scores, rows, strict=True)])
    for stratum in np.unique(strata[anyone]):
        inside = np.flatnonzero((strata == stratum) & anyone)
        for empty in inside[~hits[:, inside].any(axis=0)]:
            giver = inside[int(np.argmax(hits[:, inside].sum(axis=0)))]
            row = int(np.argmin(np.where(hits[:, giver], scores[:, giver], np.inf)))
            hits[row, giver], hits[row, empty] = False, True
    return hits
