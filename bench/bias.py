"""How far answers that are missing and imputed shift the figures that several questions make together.

Takes the newest edition of a built warehouse as it is after imputation, takes answers away at random, as often in every
enterprise or more often in small ones, imputes them again, and compares weighted figures with those before. Four rules say
who may donate: any donor of the finest class with enough of them; the nearest of that class; the nearest of all such
classes, a coarser one going before a finer one whose nearest donor is farther; each of these compared on all that the
recipient answered. A build has the last one, compared on what derived questions take together with what is missing. Not
part of `make test`:

    .venv/bin/python bench/bias.py [--samples 100] [--warehouse warehouse.duckdb] [--rule nearest]

Prints the mean shift of totals in percentage points: the largest of the indicators of each derived question, and the
largest of all indicators of single questions, each with its simulation error.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from barometer.method.hot_deck_on_arrays import assign_donors, complete
from barometer.method.questionnaire import NO_ANSWER, Block, Questionnaire

RATES = (0.01, 0.03, 0.05, 0.10)
MINIMUM_DONORS = 5


def any_of_finest(recipients, donors, levels, codes, *rest):
    """Any donor of the finest class that has enough, whatever was reported."""
    hidden = codes.copy()
    hidden[:, recipients] = NO_ANSWER
    return assign_donors(recipients, donors, levels, hidden, *rest)


def compared_on_all(block: Block) -> Block:
    """A block of which no derived question takes anything together."""
    return replace(block, taken_together=(frozenset(),) * len(block.question_ids))


def nearest_on_all(recipients, donors, levels, codes, block, *rest):
    """The nearest donor of all classes that have enough, compared on all that was reported."""
    return assign_donors(recipients, donors, levels, codes, compared_on_all(block), *rest)


def nearest_of_finest(recipients, donors, levels, codes, block, encoded_ids, seed, minimum_donors, edition, deck):
    """The nearest of the finest class that has enough, whether or not a coarser one has a nearer; on all."""
    block = compared_on_all(block)
    found = np.full((3, len(encoded_ids)), -1)
    for number, labels in enumerate(levels, start=1):
        sizes = np.bincount(labels[donors], minlength=labels.max(initial=0) + 1)
        needed = minimum_donors if number < len(levels) else 1
        served = recipients[(found[0, recipients] < 0) & (sizes[labels[recipients]] >= needed)]
        found[:, served] = np.array(
            assign_donors(served, donors, [labels], codes, block, encoded_ids, seed, 1, edition, deck)
        )[:, served]
    return found


RULES = {
    "any": any_of_finest, "nearest of the finest class": nearest_of_finest,
    "nearest on all": nearest_on_all, "nearest": assign_donors,
}


class Survey:
    """The newest edition of a warehouse: its complete answers, and what figures are made of them.

    Attributes:
        answers: by question, uint8 (responses,), `NO_ANSWER` where one is not asked.
        strata, sizes, weights: of each response.
        categories: its sector and size class by domain.
        figures: question, base and hit codes of each indicator.
        derived: which of them are of a derived question.
    """

    def __init__(self, warehouse: Path):
        with duckdb.connect(str(warehouse), read_only=True) as session:
            def rows(query, *values):
                return session.execute(query, values).to_arrow_table().to_pylist()

            self.edition = session.sql("select max(edition) from marts.fct_responses").fetchone()[0]
            responses = rows(
                """
                select response_key, stratum_id, sector_code, size_class_code, responses.final_weight
                from marts.fct_responses as responses
                inner join marts.dim_strata using (edition, stratum_id)
                where edition = ? order by response_key
                """, self.edition,
            )
            asked = rows(
                "select * from reference.questions where edition = ? order by sort_order", self.edition
            )
            places = {row["response_key"]: place for place, row in enumerate(responses)}
            self.answers = {
                row["question_id"]: np.full(len(responses), NO_ANSWER, dtype=np.uint8) for row in asked
            }
            for question, key, code in session.execute(
                "select question_id, response_key, answer_code from marts.fct_answers where edition = ?",
                [self.edition],
            ).fetchall():
                if question in self.answers:
                    self.answers[question][places[key]] = code
            self.questionnaire = Questionnaire.from_rows(
                asked, *(rows(f"select * from reference.{seed}") for seed in
                         ("blocks", "derived_questions", "bases"))
            )
            derived = {question.question_id for question in self.questionnaire.derived_questions}
            self.figures = [
                (row["question_id"], row["base_id"], [int(code) for code in row["hit_codes"].split("|")])
                for row in rows("select distinct question_id, base_id, hit_codes from reference.indicators "
                                "where hit_codes is not null order by all")
                if row["question_id"] in derived | set(self.answers)
            ]
            self.derived = np.array([question in derived for question, _, _ in self.figures])
        self.strata, self.sizes = (
            np.unique([row[name] for row in responses], return_inverse=True)[1]
            for name in ("stratum_id", "size_class_code")
        )
        self.categories = {
            domain: np.array([row[name] for row in responses])
            for domain, name in (("sector", "sector_code"), ("size", "size_class_code"))
        }
        self.weights = np.array([row["final_weight"] for row in responses])

    def estimates(self, answers) -> np.ndarray:
        """Each figure in percent, of complete answers."""
        answers = dict(answers)
        for question in self.questionnaire.derived_questions:
            answers[question.question_id] = question.derive(answers)
        found = []
        for question, base, hit_codes in self.figures:
            weights = self.weights * self.questionnaire.members(base, answers, len(self.weights))
            found.append(100 * weights[np.isin(answers[question], hit_codes)].sum() / weights.sum())
        return np.array(found)

    def shift(self, rate: float, by_size: bool, assign, sample: int) -> np.ndarray:
        """How far each figure moves in one sample of blanks, in percentage points.

        Args:
            rate: how many of all answers are taken away.
            by_size: in the size class of most enterprises four times as often as in that of fewest.
        """
        generator = np.random.default_rng([20230605, sample])
        odds = np.ones(len(self.weights))
        if by_size:
            order = np.argsort(np.argsort(np.bincount(self.sizes, self.weights)))
            odds = (1.0 + order)[self.sizes]
        blank = rate * odds / odds.mean()
        reported = {}
        for question, codes in self.answers.items():
            lacks = generator.random(len(codes)) < blank
            reported[question] = np.where(lacks, NO_ANSWER, codes).astype(np.uint8)
        completed = complete(
            reported, [f"{sample}-{place}" for place in range(len(self.weights))],
            [self.strata, self.sizes], self.questionnaire, sample, MINIMUM_DONORS, self.edition,
            assign=assign,
        )
        return self.estimates(completed) - self.estimates(self.answers)


def largest(values: np.ndarray, of: np.ndarray) -> int:
    """Where the value that is farthest from 0 is, among those of a selection."""
    return int(np.where(of, np.abs(values), -1).argmax())


def main() -> None:
    """Simulate what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--warehouse", type=Path, default=Path("warehouse.duckdb"))
    parser.add_argument("--rule", choices=RULES, nargs="+", default=list(RULES))
    arguments = parser.parse_args()
    started, survey = time.monotonic(), Survey(arguments.warehouse)
    questions = sorted({figure[0] for figure, is_derived in zip(survey.figures, survey.derived, strict=True)
                        if is_derived})
    print("missing", "at random", "donor", *questions, "single", "error", sep=" | ")
    for by_size in (False, True):
        for rate in RATES:
            for rule in arguments.rule:
                shifts = np.array([
                    survey.shift(rate, by_size, RULES[rule], sample) for sample in range(arguments.samples)
                ])
                bias, error = shifts.mean(axis=0), shifts.std(axis=0) / arguments.samples**0.5
                of_question = np.array([question for question, _, _ in survey.figures])
                worst = [largest(bias, of_question == question) for question in questions]
                single = largest(bias, ~survey.derived)
                print(
                    f"{rate:.0%}", "by size" if by_size else "overall", rule,
                    *(f"{bias[place]:+.2f} ({error[place]:.2f})" for place in worst),
                    f"{bias[single]:+.2f}", f"{error[single]:.2f}", sep=" | ", flush=True,
                )
    print(f"{arguments.samples} samples, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
