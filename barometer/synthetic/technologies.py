"""Answer the block of technologies: who adopts, what, how many together, and who plans what.

One model of everything that the report prints of this block is too much for a solver; in this order each step is small:
    1) how many adopt in every stratum; in a sector with few possibilities, only those that its other numbers allow;
    2) how many use each technology;
    3) how many use one, two, three … technologies, and which ones together;
    4) how many plan, and what.
"""

from itertools import product

import numpy as np
from scipy.sparse import coo_array

from barometer.method.questionnaire import Answers, Block
from barometer.synthetic.exact import BETTER, Row, interval, least_change, solve
from barometer.synthetic.respondents import Respondents, name

FEW_POSSIBILITIES = 1000
"""Of adopter counts in a sector: up to this many are tried one by one."""

COMBINATIONS_AT_MOST = 200_000
"""Of a sector's counts, those that are looked through for possibilities; larger sectors have plenty."""


def technology_codes(people: Respondents, block: Block) -> Answers:
    """Codes of the technologies, uint8 (n,) a question, that meet every number published of them."""
    step = _Technologies(people, block)
    step.adopters()
    step.uses()
    step.combinations()
    step.plans()
    return dict(zip(block.question_ids, step.codes, strict=True))


class _Technologies:
    """The state of the four steps: `codes` uint8 (questions, n)."""

    def __init__(self, people: Respondents, block: Block):
        self.people, self.design, self.questions = people, people.design, block.question_ids
        self.rules = people.settings["adoption"]
        self.use, self.plan, self.other = (self.rules[f"{kind}_code"] for kind in ("use", "plan", "other"))
        parameters = people.parameters
        self.scores = people.scores(len(self.questions), parameters["general_loading"], parameters["block_loading"])
        everyone = np.ones(len(people.strata), dtype=bool)
        self.codes = np.array(
            [people.draft(question, everyone, row) for question, row in zip(self.questions, self.scores, strict=True)]
        )
        share = (self.codes == self.use).mean(axis=1)
        thresholds = [float(np.quantile(row, 1 - used)) for row, used in zip(self.scores, share, strict=True)]
        self.inclination = self.scores - np.array(thresholds)[:, None]
        self.strata, self.count = people.strata, len(self.design.strata)
        self.prices = self.design.weights

    def per_stratum(self, people: np.ndarray) -> np.ndarray:
        """Numbers of respondents, int (H,), of a selection."""
        return np.bincount(self.strata[people], minlength=self.count)

    def figures(self, question: str, base: str = "all"):
        """Published numbers of one question, reported or derived, in a base: each with its unit a stratum and its range."""
        for figure, indicator in self.people.wanted(self.questions):
            if indicator.question == question and indicator.base == base:
                _, low, high = self.people.range(figure)
                mask = self.design.mask(figure["domain"], figure["category"])
                unit = mask * (self.design.weights if figure["unit"] == "percent" else 1.0)
                yield figure, indicator, unit, low, high

    # ------------------------------------------------------------------------------------------------------ adopters

    def adopters(self) -> None:
        """Who adopts: the least change that meets the published numbers of adopters."""
        uses = self.codes == self.use
        adopts = uses.any(axis=0)
        draft = np.stack([self.per_stratum(adopts), self.per_stratum(~adopts)], axis=1)
        rows = []
        for figure, indicator, unit, low, high in self.figures(self.rules["adopter_question"]):
            hits = np.isin([1, 0], indicator.hit_codes)
            rows.append(Row(name(figure), np.outer(unit, hits), low, high))
        rows += list(self._narrow_sectors(draft))
        counts = least_change(draft, self.prices, rows, BETTER)[:, 0]
        best = self.inclination.max(axis=0)
        for stratum in range(self.count):
            places = np.flatnonzero(self.strata == stratum)
            ranked = places[np.lexsort((-best[places], ~adopts[places]))]
            more, fewer = ranked[: counts[stratum]], ranked[counts[stratum] :]
            newly = more[~adopts[more]]
            self.codes[np.argmax(self.inclination[:, newly], axis=0), newly] = self.use
            dropped = fewer[adopts[fewer]]
            self.codes[:, dropped] = np.where(
                self.codes[:, dropped] == self.use, self.other, self.codes[:, dropped]
            )

    def _narrow_sectors(self, draft: np.ndarray):
        """Rows that hold the small sectors to the adopter counts from which all their other numbers can follow."""
        question = self.rules["adopter_question"]
        for sector in dict.fromkeys(stratum.sector for stratum in self.design.strata):
            strata = np.flatnonzero(self.design.mask("sector", sector))
            if np.prod(draft[strata].sum(axis=1) + 1.0) > COMBINATIONS_AT_MOST:
                continue
            weights, usable = self.design.weights[strata], self.design.usable[strata]
            vectors = np.array(list(product(*(range(count + 1) for count in usable))))
            totals = vectors @ weights
            wanted = [f for f, i in self.people.wanted(self.questions) if i.question == question and f["category"] == sector]
            for figure in wanted:
                low, high = interval(float(figure["value"]), figure["unit"])
                share = 100 * totals / (usable @ weights)
                vectors, totals = vectors[(share >= low) & (share <= high)], totals[(share >= low) & (share <= high)]
            if not wanted or len(vectors) > FEW_POSSIBILITIES:
                continue
            possible = [vector for vector in vectors if self._is_possible(vector, weights, usable, sector)]
            if not possible:
                raise ValueError(f"no number of adopters in sector {sector} agrees with all its published numbers")
            nearest = min(possible, key=lambda v: (np.abs(v - draft[strata, 0]) @ weights, tuple(v)))
            for stratum, wanted_count in zip(strata, nearest, strict=True):
                coefficients = np.zeros_like(draft, dtype=float)
                coefficients[stratum, 0] = 1.0
                yield Row(f"adopters in sector {sector}", coefficients, wanted_count - 0.1, wanted_count + 0.1)

    def _is_possible(self, vector: np.ndarray, weights: np.ndarray, usable: np.ndarray, sector: str) -> bool:
        """Whether every percentage of a sector can be one of at most `vector` hits a stratum."""
        hits = np.array(list(product(*(range(count + 1) for count in vector)))) @ weights
        for figure in self.design.figures:
            if (figure["domain"], figure["category"], figure["unit"]) != ("sector", sector, "percent"):
                continue
            base = {"all": usable @ weights, self.rules["adopters_base"]: vector @ weights}.get(figure["base"])
            low, high = interval(float(figure["value"]), "percent")
            if base and not ((100 * hits / base >= low) & (100 * hits / base <= high)).any():
                return False
        return True

    # ---------------------------------------------------------------------------------------------------------- uses

    def uses(self) -> None:
        """How many adopters of every stratum use each technology, the rarest first; no adopter is left without any."""
        self.adopts = (self.codes == self.use).any(axis=0)
        adopting = self.per_stratum(self.adopts)
        self.using = np.array([self.per_stratum(self.adopts & (row == self.use)) for row in self.codes])
        for place in np.argsort(self.using.sum(axis=1), kind="stable"):
            draft = np.stack([self.using[place], adopting - self.using[place]], axis=1)
            rows = [
                Row(name(figure), np.outer(unit, [1, 0]), low, high)
                for figure, indicator, unit, low, high in self.figures(self.questions[place])
                if indicator.hit_codes == (self.use,)
            ]
            others = self.using.sum(axis=0) - self.using[place]
            for stratum in np.flatnonzero(others < adopting):
                coefficients = np.zeros_like(draft)
                coefficients[stratum, 0] = 1
                rows.append(Row("a technology for each adopter", coefficients, adopting[stratum] - others[stratum], np.inf))
            self.using[place] = least_change(draft, self.prices, rows, BETTER)[:, 0]

    # -------------------------------------------------------------------------------------------------- combinations

    def combinations(self) -> None:
        """How many technologies adopters use together, and which: counts by stratum, number and technology."""
        kinds, adopting = len(self.questions), self.per_stratum(self.adopts)
        strata = np.flatnonzero(adopting)
        together = np.minimum((self.codes == self.use).sum(axis=0), kinds)
        drafted = np.array([self.per_stratum(self.adopts & (together == k)) for k in range(1, kinds + 1)]).T[strata]
        size, numbers = len(strata), np.arange(1, kinds + 1)
        # Variables: c[h, k] adopters of k technologies; z[h, k, q] those of them that use q; d[h, k] change of c.
        c = np.arange(size * kinds).reshape(size, kinds)
        z = c.size + np.arange(size * kinds * kinds).reshape(size, kinds, kinds)
        d = c.size + z.size + np.arange(size * kinds).reshape(size, kinds)
        width = c.size + z.size + d.size
        constraints, entries = [], []

        def add(columns, values, low, high):
            entries.append((np.ravel(columns), np.ravel(values)))
            constraints.append((low, high))

        for h, stratum in enumerate(strata):
            add(c[h], np.ones(kinds), adopting[stratum], adopting[stratum])
            for k in range(kinds):
                add(np.append(z[h, k], c[h, k]), np.append(np.ones(kinds), -numbers[k]), 0, 0)
                for q in range(kinds):
                    add([z[h, k, q], c[h, k]], [1, -1], -np.inf, 0)
                add([d[h, k], c[h, k]], [1, -1], -drafted[h, k], np.inf)
                add([d[h, k], c[h, k]], [1, 1], drafted[h, k], np.inf)
            for q in range(kinds):
                add(z[h, :, q], np.ones(kinds), self.using[q, stratum], self.using[q, stratum])
        names = []
        question, base = self.rules["count_question"], self.rules["alone_base"]
        highest = self.design.derived(question).max_code
        for figure, indicator, unit, low, high in self.figures(question):
            hits = np.isin(np.minimum(numbers, highest), indicator.hit_codes)
            add(c, np.outer(unit[strata], hits), low, high)
            names.append(name(figure))
        for figure, indicator in self.people.wanted(self.questions):
            if figure["base"] == base and figure["unit"] == "percent":
                q = self.questions.index(indicator.question)
                low, high = (edge / 100 for edge in self.people.interval(figure))
                unit = np.where(self.design.mask(figure["domain"], figure["category"]), self.design.weights, 0.0)
                for edge, bounds in ((low, (0, np.inf)), (high, (-np.inf, 0))):
                    add(np.append(z[:, 0, q], c[:, 0]), np.append(unit[strata], -edge * unit[strata]), *bounds)
                names.append(name(figure))
        prices = np.zeros(width)
        prices[d.ravel()] = np.repeat(self.prices[strata], kinds)
        upper = np.concatenate(
            [np.repeat(adopting[strata], kinds), np.repeat(adopting[strata], kinds * kinds), np.full(d.size, 1e4)]
        )
        matrix = coo_array(
            (
                np.concatenate([values for _, values in entries]).astype(float),
                (
                    np.repeat(np.arange(len(entries)), [len(columns) for columns, _ in entries]),
                    np.concatenate([columns for columns, _ in entries]),
                ),
            ),
            (len(entries), width),
        )
        low, high = np.array(constraints, dtype=float).T
        # With c and the users of one technology alone fixed, the rest is a flow: whole numbers come by themselves.
        low_bound = np.zeros(width)
        for variables in (np.concatenate([c.ravel(), z[:, 0].ravel()]), z.ravel()):
            whole = np.zeros(width)
            whole[variables] = 1
            solution = solve(prices, [(matrix, low, high)], low_bound, upper, whole, BETTER)
            if solution is None:
                raise ValueError(f"no whole numbers of respondents meet {'; '.join(names)}")
            low_bound[variables] = upper[variables] = solution[variables].round()
        solution = solution.round().astype(int)
        for h, stratum in enumerate(strata):
            self._distribute(stratum, solution[c[h]], solution[z[h]])

    def _distribute(self, stratum: int, adopters: np.ndarray, uses: np.ndarray) -> None:
        """Give adopters of a stratum their technologies: `adopters` int (K,) of k, `uses` int (K, Q) of k and q."""
        places = np.flatnonzero(self.adopts & (self.strata == stratum))
        together = (self.codes[:, places] == self.use).sum(axis=0)
        inclination = self.scores[:, places].mean(axis=0)
        ranked = places[np.lexsort((inclination, together))]
        first = 0
        for number, (count, left) in enumerate(zip(adopters, uses.copy(), strict=True), start=1):
            for place in ranked[first : first + count]:
                waiting = first + count - np.flatnonzero(ranked == place)[0]
                # A technology that everybody still waiting has to use comes first, then the most inclined to.
                order = np.lexsort((-self.scores[:, place], left < waiting, left == 0))
                chosen = order[:number]
                left[chosen] -= 1
                codes = self.codes[:, place]
                codes[codes == self.use] = self.other
                codes[chosen] = self.use
            first += count

    # --------------------------------------------------------------------------------------------------------- plans

    def plans(self) -> None:
        """Who plans anything without using any, then what is planned by them and by adopters."""
        self._planners()
        for question in range(len(self.questions)):
            self._planned(question)

    def _planners(self) -> None:
        uses_nothing = ~self.adopts
        plans = uses_nothing & (self.codes == self.plan).any(axis=0)
        draft = np.stack([self.per_stratum(plans), self.per_stratum(uses_nothing & ~plans)], axis=1)
        rows = []
        for figure, indicator, unit, low, high in self.figures(self.rules["stage_question"]):
            hits = np.isin([self.plan, self.other], indicator.hit_codes)
            rows.append(Row(name(figure), np.outer(unit, hits), low, high))
        counts = least_change(draft, self.prices, rows, BETTER)[:, 0]
        inclination = self.inclination.max(axis=0)
        self.planners = np.zeros(len(self.strata), dtype=bool)
        for stratum in range(self.count):
            places = np.flatnonzero(uses_nothing & (self.strata == stratum))
            ranked = places[np.lexsort((-inclination[places], ~plans[places]))]
            chosen, others = ranked[: counts[stratum]], ranked[counts[stratum] :]
            self.planners[chosen] = True
            empty = chosen[~plans[chosen]]
            self.codes[np.argmax(self.inclination[:, empty], axis=0), empty] = self.plan
            self.codes[:, others] = self.other

    def _planned(self, row: int) -> None:
        """Plans for one technology: of planners who have another plan or this one, and of adopters who do not use it."""
        others = np.delete(self.codes, row, axis=0)
        has_other = (others == self.plan).any(axis=0)
        may_plan = (self.planners & has_other) | (self.adopts & (self.codes[row] != self.use))
        plans = may_plan & (self.codes[row] == self.plan)
        cells = self.strata * 2 + self.planners
        size = 2 * self.count
        draft = np.stack(
            [np.bincount(cells[selection], minlength=size) for selection in (plans, may_plan & ~plans)], axis=1
        )
        already = {
            code: np.bincount(cells[~may_plan & (self.codes[row] == code)], minlength=size)
            for code in (self.use, self.plan)
        }
        rows = []
        for figure, indicator, unit, low, high in self.figures(self.questions[row]):
            if self.plan in indicator.hit_codes:
                unit = np.repeat(unit, 2)
                fixed = sum(unit @ already[code] for code in already if code in indicator.hit_codes)
                rows.append(Row(name(figure), np.outer(unit, [1, 0]), low - fixed, high - fixed))
        counts = least_change(draft, np.repeat(self.prices, 2), rows, BETTER)[:, 0]
        for cell in range(size):
            places = np.flatnonzero(may_plan & (cells == cell))
            ranked = places[np.lexsort((-self.scores[row, places], ~plans[places]))]
            self.codes[row, ranked[: counts[cell]]] = self.plan
            self.codes[row, ranked[counts[cell] :]] = self.other
