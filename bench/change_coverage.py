"""How often a 95 % interval of a change holds the truth, with and without the covariance of who answers twice.

Two editions of one made-up population, in which most keep what they had, and a stratified sample of each: none, half or all of
the enterprises of a stratum's first sample are in the second. Estimates, covariances and intervals are those of the project's
own macros. Not part of `make test`:

    .venv/bin/python bench/change_coverage.py [--samples 1000]

Prints, by overlap and domain, how many of a hundred intervals hold the true change, with the simulation error, and the width of
the interval with the covariance in percent of the one without. Cells are those whose base is expected to have 30 responses in both
editions.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from coverage import MINIMUM_BASE, POPULATION, SAMPLE, SIZES  # noqa: E402
from helpers import estimator, macros  # noqa: E402

from barometer.system.project import project_variables  # noqa: E402

OVERLAPS = {"none": 0.0, "half": 0.5, "all": 1.0}
STRATA = np.repeat(np.arange(len(POPULATION)), POPULATION)
# By edition: share of those who had it, and of the others, that have it in the next one.
KEPT, TAKEN_UP = 0.75, 0.12


def population(generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Of each enterprise and edition, whether it is in the base and has it: `<indicator>_<d or y>`, (2, enterprises)."""
    level = np.array([0.12, 0.22, 0.45])[SIZES][STRATA] + 0.04 * (STRATA // 3)
    common = generator.random(len(STRATA)) < level
    common = np.stack([common, generator.random(len(STRATA)) < np.where(common, KEPT, TAKEN_UP)])
    purpose = generator.random(len(STRATA)) < 0.35 + 0.1 * SIZES[STRATA]
    purpose = np.stack([purpose, generator.random(len(STRATA)) < np.where(purpose, KEPT, TAKEN_UP)])
    return {
        "common_d": np.ones_like(common), "common_y": common,
        # Asked of those alone who have the other: the base moves too.
        "purpose_d": common, "purpose_y": purpose & common,
    }


def draw(generator: np.random.Generator, overlap: float) -> tuple[np.ndarray, np.ndarray]:
    """Who is in each sample, as booleans; a part of each stratum's first sample is in the second."""
    first, second = np.zeros(len(STRATA), bool), np.zeros(len(STRATA), bool)
    for stratum, size in enumerate(SAMPLE):
        order = generator.permutation(np.flatnonzero(STRATA == stratum))
        kept = round(overlap * size)
        first[order[:size]] = True
        # The order is random, and so is its middle.
        second[order[size - kept:2 * size - kept]] = True
    return first, second


def counted(values: np.ndarray) -> np.ndarray:
    """Sum by stratum, whole numbers (strata,)."""
    return np.bincount(STRATA, weights=values, minlength=len(POPULATION)).astype(np.int64)


def sums(world: dict[str, np.ndarray], first: np.ndarray, second: np.ndarray) -> list[dict[str, np.ndarray]]:
    """What the macros take of two samples, by indicator: columns of one value a stratum."""
    both = first & second
    rows = []
    for indicator in ("common", "purpose"):
        (d1, d2), (y1, y2) = world[f"{indicator}_d"], world[f"{indicator}_y"]
        rows.append({
            "first_base": counted(first & d1), "first_hits": counted(first & y1),
            "second_base": counted(second & d2), "second_hits": counted(second & y2),
            "panel_count": counted(both),
            "base_count": counted(both & d2), "value_sum": counted(both & y2),
            "previous_base_count": counted(both & d1), "previous_value_sum": counted(both & y1),
            "product_sum": counted(both & y1 & y2), "value_base_sum": counted(both & y2 & d1),
            "base_value_sum": counted(both & d2 & y1), "base_base_sum": counted(both & d1 & d2),
        })
    return rows


def table(pieces: list[tuple[int, list[dict[str, np.ndarray]]]]) -> pa.Table:
    """Sums of many samples as one table, a row a sample, indicator and stratum."""
    columns = {name: [] for name in ("sample", "indicator", "stratum", *pieces[0][1][0])}
    for sample, rows in pieces:
        for indicator, row in enumerate(rows):
            columns["sample"].append(np.full(len(POPULATION), sample))
            columns["indicator"].append(np.full(len(POPULATION), indicator))
            columns["stratum"].append(np.arange(len(POPULATION)))
            for name, values in row.items():
                columns[name].append(values)
    return pa.table({name: np.concatenate(values) for name, values in columns.items()})


def intervals(counts: pa.Table, truth: pa.Table) -> str:
    """Coverage by domain, in lines."""
    connection = estimator()
    estimates, covariances = macros("stratified_estimates.sql"), macros("panel_covariances.sql")
    connection.register("counts", counts)
    connection.register("truth_counts", truth)
    connection.register("strata", pa.table({
        "stratum": np.arange(len(POPULATION)), "population_count": POPULATION, "sample_count": SAMPLE,
        "weight": POPULATION / SAMPLE, "size": SIZES, "sector": np.arange(len(POPULATION)) // 3,
    }))
    connection.execute(
        """
        create table domains as
            select stratum, 'total' as domain, 0 as category from strata
            union all select stratum, 'size', size from strata
            union all select stratum, 'sector', sector from strata;
        create table placed as select * from counts join strata using (stratum) join domains using (stratum);
        create table truths as
        select indicator, domain, category, sum(second_hits) / sum(second_base) - sum(first_hits) / sum(first_base) as truth,
            least(sum(first_base / weight), sum(second_base / weight)) as expected_base
        from truth_counts join strata using (stratum) join domains using (stratum) group by all;
        """
    )
    by = ["sample", "indicator", "domain", "category"]
    for edition in ("first", "second"):
        means = estimates.stratified_estimates(
            f"(select * replace ({edition}_base as base_count, {edition}_hits as value_sum), "
            f"{edition}_hits as value_square_sum, true as is_share from placed)", by
        )
        connection.execute(f"create table {edition} as {means}")
    panel = (
        "(select placed.*, weight as previous_weight, population_count as previous_population_count, "
        "second.mean, first.mean as previous_mean, second.base_total, first.base_total as previous_base_total "
        f"from placed join first using ({', '.join(by)}) join second using ({', '.join(by)}) "
        f"where panel_count >= {project_variables()['minimum_panel']})"
    )
    connection.execute(f"create table covariances as {covariances.panel_covariances(panel, by)}")
    return connection.sql(
        f"""
        with changes as (
            select *, second.mean - first.mean as change,
                first.mean_se ** 2 + second.mean_se ** 2 as variance,
                coalesce(covariance, 0) as shared,
                (first.mean_se ** 2 + second.mean_se ** 2) ** 2 / (
                    first.mean_se ** 4 / first.degrees_of_freedom + second.mean_se ** 4 / second.degrees_of_freedom
                ) as df
            from first join second using ({', '.join(by)}) left join covariances using ({', '.join(by)})
            join truths using (indicator, domain, category)
            where expected_base >= {MINIMUM_BASE}
        ),
        held as (
            select sample, domain,
                abs(change - truth) <= student_t_quantile(0.975, df) * sqrt(variance) as without,
                abs(change - truth) <= student_t_quantile(0.975, df) * sqrt(greatest(variance - 2 * shared, 0)) as with_it,
                sqrt(greatest(variance - 2 * shared, 0) / variance) as narrower
            from changes
        ),
        rates as (
            select sample, domain, 100 * avg(without::int) as without, 100 * avg(with_it::int) as with_it,
                100 * avg(narrower) as narrower
            from held group by all
        )
        select domain, round(avg(without), 1) as "without", round(avg(with_it), 1) as "with covariance",
            round(stddev_samp(with_it) / sqrt(count(*)), 1) as error, round(avg(narrower)) as "width %"
        from rates group by domain order by domain desc
        """
    ).df().to_string(index=False)


def main() -> None:
    """Simulate each overlap and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=1000)
    samples = parser.parse_args().samples
    world = population(np.random.default_rng(20230605))
    everybody = np.ones(len(STRATA), bool)
    truth = table([(0, sums(world, everybody, everybody))])
    for name, overlap in OVERLAPS.items():
        pieces = []
        for sample in range(samples):
            generator = np.random.default_rng([20230605, round(100 * overlap), sample])
            pieces.append((sample, sums(world, *draw(generator, overlap))))
        print(f"\nin both samples: {name} of a stratum's, {samples:,} samples\n{intervals(table(pieces), truth)}")


if __name__ == "__main__":
    main()
