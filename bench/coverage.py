"""How often a 95 % interval holds the truth when answers are missing and imputed.

Draws stratified samples from a known synthetic population, takes answers away at random,
imputes them with the project's hot deck, and estimates with the project's own macros: by
sampling variance alone, and with the variance of imputation. Not part of `make test`:

    .venv/bin/python bench/coverage.py [--samples 1000] [--missing 0.05]
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from helpers import estimator, macros  # noqa: E402

from barometer.method.hot_deck_on_arrays import FurtherDeck, complete  # noqa: E402
from barometer.method.questionnaire import NO_ANSWER, Questionnaire  # noqa: E402

REPLICATES = 20

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


def population(generator: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Answers of every enterprise, and its stratum."""
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
    return answers, strata


def count_rows(sample: int, replicate: int, answers, strata) -> list[np.ndarray]:
    """Counts of one data set as columns: sample, replicate, stratum, indicator, base, hits."""
    base, hits = [], []
    for name, base_id in INDICATORS.items():
        counted = QUESTIONNAIRE.members(base_id, answers, len(strata)) & (answers[name] != NO_ANSWER)
        base.append(np.bincount(strata[counted], minlength=len(POPULATION)))
        hits.append(np.bincount(strata[counted & (answers[name] == 1)], minlength=len(POPULATION)))
    base, hits = np.concatenate(base), np.concatenate(hits)
    return [
        np.full(base.size, sample), np.full(base.size, replicate),
        np.tile(np.arange(len(POPULATION)), len(INDICATORS)),
        np.repeat(np.arange(len(INDICATORS)), len(POPULATION)),
        base, hits,
    ]


def simulate(samples: int, missing: float) -> tuple[pa.Table, pa.Table]:
    """Counts of every sample (replicate -1: nothing missing; 0: the hot deck) and the truth."""
    generator = np.random.default_rng(20230605)
    answers, strata = population(generator)
    members = [np.flatnonzero(strata == stratum) for stratum in range(len(POPULATION))]
    truth = count_rows(0, 0, derived(answers), strata)
    pieces = []
    for sample in range(samples):
        drawn = np.concatenate(
            [generator.choice(who, size, replace=False)
             for who, size in zip(members, SAMPLE, strict=True)]
        )
        own, own_strata = {name: codes[drawn] for name, codes in answers.items()}, strata[drawn]
        pieces.append(count_rows(sample, -1, derived(own), own_strata))
        for codes in own.values():
            codes[generator.random(len(codes)) < missing] = NO_ANSWER
        identifiers = [f"{sample}-{place}" for place in range(len(drawn))]
        levels = [own_strata.astype(np.int64), SIZES[own_strata].astype(np.int64)]
        class_names = [[str(label) for label in level] for level in levels]
        for replicate in range(REPLICATES + 1):
            completed = complete(
                own, identifiers, levels, QUESTIONNAIRE, sample, 5, 0,
                FurtherDeck(replicate, class_names) if replicate else None,
            )
            pieces.append(count_rows(sample, replicate, completed, own_strata))
    names = ["sample", "replicate", "stratum", "indicator", "base_count", "hit_count"]
    return (
        pa.table([np.concatenate(column) for column in zip(*pieces, strict=True)], names=names),
        pa.table(truth, names=names),
    )


def derived(answers):
    """Answers with what follows from them."""
    answers = dict(answers)
    for question in QUESTIONNAIRE.derived_questions:
        answers[question.question_id] = question.derive(answers)
    return answers


def report(counts: pa.Table, truth: pa.Table) -> None:
    """Print coverage by indicator for the total and the size classes."""
    connection = estimator()
    sampling, imputation = macros("stratified_estimates.sql"), macros("imputation_variance.sql")
    connection.register("counts", counts)
    connection.register("truth", truth)
    connection.register("indicators", pa.table({
        "indicator": range(len(INDICATORS)),
        "name": list(INDICATORS),
    }))
    connection.register("strata", pa.table({
        "stratum": range(len(POPULATION)), "population_count": POPULATION,
        "sample_count": SAMPLE, "weight": POPULATION / SAMPLE, "size": SIZES,
    }))
    connection.execute(
        """
        create table domains as
        select stratum, 'total' as domain from strata
        union all select stratum, 'size ' || size from strata;
        create table placed as
        select *, hit_count as value_sum, hit_count as value_square_sum, true as is_share
        from counts join strata using (stratum) join domains using (stratum);
        create table truths as
        select indicator, domain, sum(hit_count) / sum(base_count) as truth
        from truth join domains using (stratum) group by all;
        """
    )
    by = ["sample", "replicate", "indicator", "domain"]
    connection.execute(
        "create table estimates as " + sampling.stratified_estimates(
            "(select * from placed where replicate <= 0 or domain = 'total')", by
        )
    )
    connection.execute(
        f"""
        create table joined as
        select estimates.*, between_variance, replicate_count, average_variance
        from estimates left join (
            select sample, indicator, domain, var_samp(mean) as between_variance,
                count(*) as replicate_count
            from (
                select sample, replicate, indicator, domain,
                    sum(weight * hit_count) / nullif(sum(weight * base_count), 0) as mean
                from placed where replicate > 0 group by all
            ) group by all
        ) using (sample, indicator, domain)
        left join (
            select sample, indicator, domain, avg(mean_se ** 2) as average_variance
            from estimates where replicate > 0 group by all
        ) using (sample, indicator, domain)
        where replicate <= 0;
        create table totals as {imputation.imputation_totals("joined")};
        """
    )
    single = "sqrt(mean_se ** 2 + 2 * between_variance)"
    methods = {
        "complete": ("mean_se", "degrees_of_freedom", "replicate = -1"),
        "sampling": ("mean_se", "degrees_of_freedom", "replicate = 0"),
        "total": ("mean_se_total", "degrees_of_freedom_total", "replicate = 0"),
        "single": (single, "degrees_of_freedom_total", "replicate = 0"),
    }
    selections = []
    for name, (se, degrees, condition) in methods.items():
        exact = [
            sampling.korn_graubard_bound(
                "mean", "base_count", "effective_count", "degrees_of_freedom", side
            )
            for side in ("lower", "upper")
        ]
        logit = [sampling.logit_bound("mean", se, degrees, side) for side in ("lower", "upper")]
        selections.append(
            f"""
            select '{name}' as method, sample, indicator, domain, mean, {se} as se,
                truth between if(mean in (0, 1), {exact[0]}, {logit[0]})
                and if(mean in (0, 1), {exact[1]}, {logit[1]}) as is_held
            from totals join truths using (indicator, domain) where {condition}
            """
        )
    connection.execute("create table held as " + " union all ".join(selections))
    print(connection.sql(
        f"""
        select name, domain, any_value(truth) as truth,
            {", ".join(f"100 * avg(is_held::int) filter (where method = '{name}') as {name}_pct"
                       for name in methods)},
            median(se) filter (where method = 'total')
                / median(se) filter (where method = 'sampling') as se_ratio,
            avg(se ** 2) filter (where method = 'total')
                / var_samp(mean) filter (where method = 'total') as total_to_true_variance
        from held join truths using (indicator, domain) join indicators using (indicator)
        group by name, domain order by domain = 'total' desc, domain, name
        """
    ).df().round(3).to_string(index=False))
    print(connection.sql(
        f"""
        select {", ".join(f"100 * avg(is_held::int) filter (where method = '{name}') as {name}_pct"
                          for name in methods)}
        from held
        """
    ).df().round(2).to_string(index=False))
    print(connection.sql(
        """
        select avg(average_variance) / avg(mean_se ** 2) as average_to_published_within
        from totals where replicate = 0 and domain = 'total'
        """
    ).df().round(4).to_string(index=False))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--missing", type=float, default=0.05)
    arguments = parser.parse_args()
    started = time.monotonic()
    report(*simulate(arguments.samples, arguments.missing))
    print(f"{arguments.samples} samples, {arguments.missing:.0%} missing, "
          f"{time.monotonic() - started:.0f} s")
