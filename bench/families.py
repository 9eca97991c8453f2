"""How often a family of tests calls a change significant where nothing changed.

Draws pairs of samples from one population, the respondents of the newest edition of a built warehouse, each as often as fills
its stratum; tests the change of every indicator that is a share, by total, sector and size class, as int_changes does; and
corrects the p-values with the project's own model and families. Not part of `make test`:

    .venv/bin/python bench/families.py [--pairs 500] [--warehouse warehouse.duckdb]

Prints, for each family and on average by domain, in how many of a hundred pairs anything in it is significant at 5 %:
without a correction; with Holm's for the items of one category, each sector by itself; in the families of the seed
test_families, with every change tested; and as the seed has it, without those between estimates of low reliability by sector
and size (seed reliability_rules).
"""

import argparse
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from coverage import Survey, as_table, data_sets, of_survey  # noqa: E402
from helpers import estimator, macros, reference, statement  # noqa: E402

# Pairs that are estimated together.
PAIRS_AT_ONCE = 50


def families(warehouse: Path, figures: list[tuple[str, str, list[int]]]) -> pa.Table:
    """Members of each family: test_family, correction, is_unreliable_tested, domain, and the place of the
    indicator in `figures`.
    """
    places = {
        (question, base, "|".join(map(str, codes))): place
        for place, (question, base, codes) in enumerate(figures)
    }
    with duckdb.connect(str(warehouse), read_only=True) as session:
        members = session.execute(
            """
            select distinct
                test_family, correction, is_unreliable_tested, domain, question_id, base_id, hit_codes
            from definitions.int_test_families
            inner join reference.indicators using (indicator_id, base_id)
            where hit_codes is not null and answer_values is null order by all
            """
        ).fetchall()
    members = [
        (*family, places[tuple(key)])
        for *family, question, base, codes in members if (key := (question, base, codes)) in places
    ]
    names = ["test_family", "correction", "is_unreliable_tested", "domain", "indicator_id"]
    return pa.table([list(column) for column in zip(*members, strict=True)], names=names)


class Tests:
    """Changes between pairs of samples of one world, with their p-values."""

    def __init__(self, world, members: pa.Table):
        self.connection = estimator()
        self.connection.register("members", members)
        rules = reference("reliability_rules")
        self.connection.register("rules", pa.table({
            name: [row[name] or None for row in rules] for name in rules[0]
        }))
        self.connection.register("strata_known", pa.table({
            "stratum": np.arange(len(world.sample), dtype=np.int16),
            "population_count": world.population, "sample_count": world.sample,
            "weight": world.population / world.sample,
            **{f"in_{domain}": codes.astype(str) for domain, codes in world.categories.items()},
        }))
        self.connection.execute(
            f"""
            create table strata as from strata_known;
            create table reliability_rules as
            select * replace (is_applied::boolean as is_applied, threshold::double as threshold,
                unless_below::double as unless_below, sort_order::int as sort_order)
            from rules;
            create table domains as {" union all ".join(
                f"select stratum, '{domain}' as domain, in_{domain} as category from strata"
                for domain in world.categories
            )};
            create table changes (pair int, indicator int, domain text, category text, p_value double,
                is_reliable boolean);
            """
        )

    def add(self, counts: pa.Table) -> None:
        """Test the changes of some pairs: sample 2k with 2k + 1."""
        self.connection.register("counts", counts)
        by = ["sample", "indicator", "domain", "category"]
        sampling = macros("stratified_estimates.sql")
        estimates = sampling.stratified_estimates("placed", by)
        lower, upper = (
            sampling.korn_graubard_bound(
                "mean", "base_count", "effective_count", "degrees_of_freedom", side
            ) for side in ("lower", "upper")
        )
        self.connection.execute(
            f"""
            create or replace table placed as
            select counts.*, value_sum as value_square_sum, true as is_share, weight,
                population_count, sample_count, domain, category
            from counts join strata using (stratum) join domains using (stratum);
            create or replace table estimates as
            select *, concat_ws('|', sample, indicator, domain, category) as cell_id,
                100 * ({upper} - {lower}) as width
            from ({estimates});
            create or replace table int_estimate_measures as
            unpivot (
                select cell_id, base_count::double as respondent_count,
                    effective_count as effective_respondent_count, width as interval_width_pp,
                    if(mean = 0, 'infinity'::double, width / mean) as relative_interval_width_pct
                from estimates
            ) on columns(* exclude (cell_id)) into name measure value value;
            create or replace table reliable as
            select cell_id from ({statement("models/estimates/int_estimate_statuses.sql", "reliability.sql")})
            where obs_status = 'A';
            insert into changes
            select pair, indicator, domain, category,
                2 * student_t_probability(-abs(change / sqrt(variance)), variance ** 2 / squares),
                cell_ids[1] in (select cell_id from reliable)
                and cell_ids[2] in (select cell_id from reliable)
            from (
                select [a.cell_id, b.cell_id] as cell_ids, a.sample // 2 as pair, indicator, domain, category, b.mean - a.mean as change,
                    a.mean_se ** 2 + b.mean_se ** 2 as variance,
                    a.mean_se ** 4 / a.degrees_of_freedom + b.mean_se ** 4 / b.degrees_of_freedom
                        as squares
                from estimates as a join estimates as b using (indicator, domain, category)
                where a.sample % 2 = 0 and b.sample = a.sample + 1
                    and a.degrees_of_freedom > 0 and b.degrees_of_freedom > 0
                    and a.mean_se ** 2 + b.mean_se ** 2 > 0
            );
            """
        )

    def flagged(self, within: str, correction: str, tested: str = "true") -> dict[tuple[str, str], float]:
        """Percent of the pairs in which a family has a change that is significant, by domain and family.

        Args:
            within: SQL for what a family is further divided by.
            correction: SQL for its correction, of a row of `members`.
            tested: SQL for whether it tests what is of low reliability, of a row of `members`.
        """
        self.connection.execute(
            f"""
            create or replace table int_changes as
            select concat_ws('|', pair, indicator, domain, category) as cell_id,
                pair::varchar as previous_cell_id, pair as edition, {within} as previous_edition,
                indicator as indicator_id, 'all' as base_id, domain, category, true as is_comparable,
                p_value, is_reliable
            from changes;
            create or replace table int_test_families as
            select test_family, {correction} as correction, {tested} as is_unreliable_tested, domain,
                indicator_id, 'all' as base_id
            from members;
            create or replace table int_estimate_statuses as
            select cell_id, if(is_reliable, 'A', 'U') as obs_status from int_changes;
            """
        )
        adjusted = statement("models/changes/int_changes_adjusted.sql", "holm.sql")
        return {
            (domain, family): rate for domain, family, rate in self.connection.sql(
                f"""
                select domain, families.test_family, 100 * avg(coalesce(is_flagged, 0))
                from (select distinct domain, test_family from members) as families
                cross join (select distinct pair from changes) as pairs
                left join (
                    select distinct test_family, edition as pair, 1 as is_flagged
                    from ({adjusted}) as adjusted inner join int_changes using (cell_id)
                    where adjusted_p_value < 0.05
                ) as flags using (test_family, pair)
                group by all
                """
            ).fetchall()
        }

    def uncorrected(self) -> dict[tuple[str, str], float]:
        """The same of p-values as they are."""
        return {
            (domain, family): rate for domain, family, rate in self.connection.sql(
                """
                select domain, test_family, 100 * avg(is_flagged::int)
                from (
                    select pair, members.domain, test_family, bool_or(p_value < 0.05) as is_flagged
                    from changes join members on indicator = indicator_id and changes.domain = members.domain
                    group by all
                ) group by all
                """
            ).fetchall()
        }


def simulate(world, members: pa.Table, pairs: int) -> dict[tuple[str, str], list[float]]:
    """Percent of the pairs by domain and family: uncorrected, each category by itself, as the families
    are with all changes tested, and as they are.
    """
    tests = Tests(world, members)
    for first in range(0, pairs, PAIRS_AT_ONCE):
        samples = range(2 * first, 2 * min(first + PAIRS_AT_ONCE, pairs))
        tests.add(as_table([piece for sample in samples for piece in data_sets(world, sample, 0)]))
    found = [
        tests.uncorrected(),
        tests.flagged("dense_rank() over (order by category)", "'holm'"),
        tests.flagged("0", "correction"),
        tests.flagged("0", "correction", "is_unreliable_tested"),
    ]
    return {key: [rates.get(key, 0.0) for rates in found] for key in sorted(found[0])}


def main() -> None:
    """Simulate what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--warehouse", type=Path, default=Path("warehouse.duckdb"))
    arguments = parser.parse_args()
    started, survey = time.monotonic(), Survey(arguments.warehouse)
    world = of_survey(survey, np.random.default_rng(20230605))
    rates = simulate(world, families(arguments.warehouse, survey.figures), arguments.pairs)
    print("family", "uncorrected", "each category by itself", "every change tested", "as tested", sep=" | ")
    for (_, family), values in rates.items():
        print(family, *(f"{value:.1f}" for value in values), sep=" | ")
    for domain in world.categories:
        values = np.array([values for (of, _), values in rates.items() if of == domain])
        if len(values):
            print(f"average of {domain}", *(f"{value:.1f}" for value in values.mean(axis=0)), sep=" | ")
    print(f"{arguments.pairs} pairs, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
