"""How often a 95 % interval holds the truth when answers are missing and imputed.

Draws stratified samples from a known population, takes answers away at random, imputes them with the project's hot deck, and
estimates with the project's own macros. The population is a made-up one of five indicators; with `--warehouse` it is the
respondents of the newest edition of a built one, each as often as fills its stratum, with all indicators that are shares.
Not part of `make test`:

    .venv/bin/python bench/coverage.py [--samples 1000] [--missing 0.05] [--warehouse warehouse.duckdb]

Prints how many of a hundred intervals hold the truth, with the simulation error, for four variances: `complete`, nothing
missing; `sampling`, W alone; `average`, W + (1 + 1/M) B, that of the average of M decks; `total`, W + 2 B, that of the single
deck that is published. Each has Student's interval on the logit scale (Korn and Graubard's at 0 and 100); `exact` is
Korn and Graubard's everywhere, with W + 2 B. `--missing 0` draws no decks. Cells are those whose truth is neither 0 nor
100 and whose base is expected to have 30 responses.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from bias import Survey  # noqa: E402
from helpers import estimator, macros  # noqa: E402

from barometer.method.hot_deck_on_arrays import FurtherDeck, complete  # noqa: E402
from barometer.method.questionnaire import NO_ANSWER, Questionnaire  # noqa: E402

REPLICATES = 20
MINIMUM_BASE = 30
# Samples estimated together, by number of counts: what a query holds in memory.
COUNTS_AT_ONCE = 2_000_000

QUESTIONS = [
    {"question_id": question_id, "block_id": block_id, "sort_order": order}
    for order, (question_id, block_id) in enumerate(
        [("common", "use"), ("rare", "use"), ("other", "use"), ("obstacle", "obstacles"),
         ("purpose", "purposes"), ("second_purpose", "purposes")]
    )
]
QUESTIONNAIRE = Questionnaire.from_rows(
    QUESTIONS,
    [
        {"block_id": "use", "sort_order": 1, "base_id": "all", "class_question_id": None},
        {"block_id": "obstacles", "sort_order": 2, "base_id": "all", "class_question_id": "user"},
        {"block_id": "purposes", "sort_order": 3, "base_id": "users", "class_question_id": None},
    ],
    [{"question_id": "user", "operation": "count", "input_block_id": "use",
      "input_question_ids": None, "hit_codes": "1", "max_code": 1}],
    [{"base_id": "all", "question_ids": None, "answer_codes": None},
     {"base_id": "users", "question_ids": "user", "answer_codes": "1"}],
)
# Each indicator is code 1 of the question of its name, in a base.
INDICATORS = {"common": "all", "rare": "all", "user": "all", "obstacle": "users", "purpose": "users"}

# Strata: 4 groups × 3 sizes, with population, sample and how much they use.
POPULATION = np.array([1500, 900, 120, 2500, 700, 90, 800, 300, 60, 3000, 500, 70])
SAMPLE = np.array([60, 90, 60, 70, 70, 45, 40, 60, 30, 80, 50, 35])
SIZES = np.tile([0, 1, 2], 4)


@dataclass
class World:
    """A population that is known, and how it is sampled.

    Attributes:
        answers: by question, uint8 (enterprises,), `NO_ANSWER` where one is not asked.
        strata: of each enterprise.
        sample: how many responses each stratum has, (strata,).
        categories: by domain, which category each stratum belongs to, (strata,).
        figures: question, base and hit codes of each indicator.
    """

    questionnaire: Questionnaire
    answers: dict[str, np.ndarray]
    strata: np.ndarray
    sample: np.ndarray
    categories: dict[str, np.ndarray]
    figures: list[tuple[str, str, list[int]]]

    @property
    def population(self) -> np.ndarray:
        """Enterprises of each stratum."""
        return np.bincount(self.strata, minlength=len(self.sample))

    def derived(self, answers):
        """Answers with what follows from them."""
        answers = dict(answers)
        for question in self.questionnaire.derived_questions:
            answers[question.question_id] = question.derive(answers)
        return answers

    def counts(self, sample: int, replicate: int, answers, strata) -> list[np.ndarray]:
        """Counts of one data set as columns: sample, replicate, stratum, indicator, base, hits."""
        base, hits = [], []
        for question, base_id, hit_codes in self.figures:
            counted = self.questionnaire.members(base_id, answers, len(strata)) & (
                answers[question] != NO_ANSWER
            )
            base.append(np.bincount(strata[counted], minlength=len(self.sample)))
            hit = counted & np.isin(answers[question], hit_codes)
            hits.append(np.bincount(strata[hit], minlength=len(self.sample)))
        base, hits = np.concatenate(base), np.concatenate(hits)
        return [
            np.full(base.size, sample, np.int32), np.full(base.size, replicate, np.int16),
            np.tile(np.arange(len(self.sample), dtype=np.int16), len(self.figures)),
            np.repeat(np.arange(len(self.figures), dtype=np.int16), len(self.sample)),
            base.astype(np.int32), hits.astype(np.int32),
        ]


def made_up(generator: np.random.Generator) -> World:
    """The population of five indicators."""
    strata = np.repeat(np.arange(len(POPULATION)), POPULATION)
    level = np.array([0.12, 0.22, 0.45])[SIZES][strata] + 0.04 * (strata // 3)
    yes = {
        "common": generator.random(len(strata)) < level,
        "rare": generator.random(len(strata)) < level / 6,
        "other": generator.random(len(strata)) < level / 3,
    }
    user = yes["common"] | yes["rare"] | yes["other"]
    yes["obstacle"] = generator.random(len(strata)) < np.where(user, 0.55, 0.3)
    yes["purpose"] = generator.random(len(strata)) < 0.35 + 0.1 * SIZES[strata]
    yes["second_purpose"] = generator.random(len(strata)) < 0.15
    answers = {name: np.where(is_yes, 1, 2).astype(np.uint8) for name, is_yes in yes.items()}
    for name in ("purpose", "second_purpose"):
        answers[name][~user] = NO_ANSWER
    categories = {
        "total": np.full(len(SAMPLE), "total"),
        "size": SIZES.astype(str),
        "sector": (np.arange(len(SAMPLE)) // 3).astype(str),
    }
    figures = [(name, base, [1]) for name, base in INDICATORS.items()]
    return World(QUESTIONNAIRE, answers, strata, SAMPLE, categories, figures)


def of_survey(survey: Survey, generator: np.random.Generator) -> World:
    """The respondents of an edition, each as often as fills its stratum, as evenly as whole numbers can."""
    sample = np.bincount(survey.strata)
    copies = []
    for stratum, size in enumerate(sample):
        members = generator.permutation(np.flatnonzero(survey.strata == stratum))
        population = round(survey.weights[members].sum())
        copies.append(np.resize(members, max(population, size)))
    enterprises = np.concatenate(copies)
    first = np.unique(survey.strata, return_index=True)[1]
    categories = {"total": np.full(len(sample), "total")}
    categories |= {domain: codes[first] for domain, codes in survey.categories.items()}
    return World(
        survey.questionnaire,
        {question: codes[enterprises] for question, codes in survey.answers.items()},
        survey.strata[enterprises], sample, categories, survey.figures,
    )


def data_sets(world: World, sample: int, missing: float):
    """Counts of a sample: replicate -1, nothing missing; 0, the published deck; 1 and more, further ones."""
    members = [np.flatnonzero(world.strata == stratum) for stratum in range(len(world.sample))]
    sizes = np.unique(world.categories["size"], return_inverse=True)[1]
    generator = np.random.default_rng([20230605, sample])
    drawn = np.concatenate(
        [generator.choice(who, size, replace=False)
         for who, size in zip(members, world.sample, strict=True)]
    )
    own, strata = {name: codes[drawn] for name, codes in world.answers.items()}, world.strata[drawn]
    yield world.counts(sample, -1, world.derived(own), strata)
    if not missing:
        return
    for codes in own.values():
        codes[generator.random(len(codes)) < missing] = NO_ANSWER
    identifiers = [f"{sample}-{place}" for place in range(len(drawn))]
    levels = [strata.astype(np.int64), sizes[strata].astype(np.int64)]
    class_names = [[str(label) for label in level] for level in levels]
    for replicate in range(REPLICATES + 1):
        completed = complete(
            own, identifiers, levels, world.questionnaire, sample, 5, 0,
            FurtherDeck(replicate, class_names) if replicate else None,
        )
        yield world.counts(sample, replicate, world.derived(completed), strata)


def as_table(pieces: list[list[np.ndarray]]) -> pa.Table:
    """Counts as one table."""
    names = ["sample", "replicate", "stratum", "indicator", "base_count", "value_sum"]
    return pa.table([np.concatenate(column) for column in zip(*pieces, strict=True)], names=names)


class Intervals:
    """Whether each interval of each sample holds the truth, in a database of its own."""

    def __init__(self, world: World, missing: float):
        self.world, self.connection = world, estimator()
        population = world.population
        self.connection.register("strata_known", pa.table({
            "stratum": np.arange(len(population), dtype=np.int16), "population_count": population,
            "sample_count": world.sample, "weight": population / world.sample,
            **{f"in_{domain}": codes.astype(str) for domain, codes in world.categories.items()},
        }))
        self.connection.register("truth_counts", as_table(
            [world.counts(0, 0, world.derived(world.answers), world.strata)]
        ))
        self.connection.execute(
            f"""
            create table strata as select * from strata_known;
            create table domains as {" union all ".join(
                f"select stratum, '{domain}' as domain, in_{domain} as category from strata"
                for domain in world.categories
            )};
            create table truths as
            select indicator, domain, category, sum(value_sum) / sum(base_count) as truth,
                sum(base_count / weight) as expected_base
            from truth_counts join strata using (stratum) join domains using (stratum) group by all;
            """
        )
        published = -1 if not missing else 0
        self.variances = {
            "complete": ("mean_se", "degrees_of_freedom", -1),
            "sampling": ("mean_se", "degrees_of_freedom", published),
            "average": (
                f"sqrt(mean_se ** 2 + (1 + 1 / {REPLICATES}) * between_variance)",
                "degrees_of_freedom_total", published,
            ),
            "total": ("mean_se_total", "degrees_of_freedom_total", published),
        } if missing else {"complete": ("mean_se", "degrees_of_freedom", -1)}

    def add(self, counts: pa.Table) -> None:
        """Estimate some samples and note which intervals hold."""
        sampling, imputation = macros("stratified_estimates.sql"), macros("imputation_variance.sql")
        self.connection.register("counts", counts)
        self.connection.execute(
            """
            create or replace table placed as
            select counts.*, value_sum as value_square_sum, true as is_share, weight,
                population_count, sample_count, domain, category
            from counts join strata using (stratum) join domains using (stratum);
            """
        )
        by = ["sample", "replicate", "indicator", "domain", "category"]
        self.connection.execute(
            "create or replace table estimates as "
            + sampling.stratified_estimates("(select * from placed where replicate <= 0)", by)
        )
        self.connection.execute(
            f"""
            create or replace table joined as
            select estimates.*,
                if(replicate = 0, between_variance, null) as between_variance,
                if(replicate = 0, replicate_count, null) as replicate_count
            from estimates left join (
                select sample, indicator, domain, category, var_samp(mean) as between_variance,
                    count(mean) as replicate_count
                from (
                    select sample, replicate, indicator, domain, category,
                        sum(weight * value_sum) / nullif(sum(weight * base_count), 0) as mean
                    from placed where replicate > 0 group by all
                ) group by all
            ) using (sample, indicator, domain, category);
            create or replace table totals as {imputation.imputation_totals("joined")};
            """
        )

        def exact(count, degrees, side):
            return sampling.korn_graubard_bound("mean", "base_count", count, degrees, side)

        kinds = {
            name: [
                f"if(mean in (0, 1), {exact('effective_count', 'degrees_of_freedom', side)}, "
                f"{sampling.logit_bound('mean', se, degrees, side)})" for side in ("lower", "upper")
            ] + [replicate]
            for name, (se, degrees, replicate) in self.variances.items()
        }
        kinds["exact"] = [
            exact("effective_count_total", "degrees_of_freedom_total", side)
            for side in ("lower", "upper")
        ] + [list(self.variances.values())[-1][2]]
        held = " union all ".join(
            f"""
            select '{name}' as method, sample, indicator, domain, category,
                truth between {lower} and {upper} as is_held
            from totals join truths using (indicator, domain, category)
            where replicate = {replicate} and truth > 0 and truth < 1 and mean is not null
                and expected_base >= {MINIMUM_BASE}
            """
            for name, (lower, upper, replicate) in kinds.items()
        )
        self.connection.execute(f"create table if not exists held as select * from ({held}) limit 0")
        self.connection.execute(f"insert into held {held}")

    def report(self) -> str:
        """Coverage in percent by category, by domain and of all cells; its error over samples."""
        methods = [*self.variances, "exact"]
        rates = ", ".join(
            f"100 * avg(coalesce(is_held, false)::int) filter (where method = '{name}') as {name}"
            for name in methods
        )
        shown = ", ".join(
            f"round(avg({name}), 1) as {name}, "
            f"round(stddev_samp({name}) / sqrt(count({name})), 1) as error_{name}" for name in methods
        )
        return "\n\n".join(
            self.connection.sql(
                f"select {places}, {shown} "
                f"from (select sample, {places}, {rates} from (select *, 'all' as every from held) group by all) "
                "group by all order by all"
            ).df().to_string(index=False)
            for places in ("domain, category", "domain", "every")
        )


def main() -> None:
    """Simulate what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--missing", type=float, default=0.05)
    parser.add_argument("--warehouse", type=Path)
    arguments = parser.parse_args()
    started, generator = time.monotonic(), np.random.default_rng(20230605)
    world = of_survey(Survey(arguments.warehouse), generator) if arguments.warehouse else made_up(generator)
    intervals, waiting, size = Intervals(world, arguments.missing), [], 0
    for sample in range(arguments.samples):
        pieces = list(data_sets(world, sample, arguments.missing))
        waiting, size = waiting + pieces, size + sum(len(piece[0]) for piece in pieces)
        if size > COUNTS_AT_ONCE or sample == arguments.samples - 1:
            intervals.add(as_table(waiting))
            waiting, size = [], 0
    print(intervals.report())
    print(f"{arguments.samples} samples, {arguments.missing:.0%} missing, "
          f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
