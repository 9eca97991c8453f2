"""The estimator's own SQL against R's package survey, row by row.

`means.csv` holds means and totals of numbers that are no shares. Every row of `reference.csv` is either compared or left out for a reason that is here with
its number of rows, so that neither list can change unseen.
"""

import math
from collections import Counter

import pytest

from helpers import PROJECT, estimator, macros, read_rows

FOLDER = PROJECT / "tests" / "reference" / "survey"
DESIGNS = ("base", "lonely", "census", "empty")

# How the option of R in force is written for the macro: rule for a lonely stratum, and
# whether populations are known.
CASES = {
    "fpc": ("adjust", True),
    "ci": ("adjust", True),
    "ci0": ("adjust", True),
    "nofpc": ("adjust", False),
    "adjust": ("adjust", True),
    "remove": ("remove", True),
    "certainty": ("remove", True),
}

COMPARED = {
    ("mean", 980),
    ("subset", 280),
    ("total", 147),
    ("ratio", 14),
    ("deff", 14),
    ("diff", 7),
    ("ci_xlogit", 10),
    ("ci_beta", 5),
}
LEFT_OUT = {
    ("rule survey.adjust.domain.lonely is on: not this design's rule", 836),
    ("rule 'average' for lonely strata: not this design's rule", 209),
    ("design effect against sampling with replacement: the one without is published", 14),
    ("difference of domains that share strata: needs their covariance", 7),
    ("interval by another method than xlogit and beta", 62),
    ("R gives no interval at 0: the project's is Korn and Graubard's", 6),
    ("effective sample size above the sample size: capped here, not in R", 5),
}


def why_left_out(row):
    """Why a row of the reference is not for this estimator; none where it is."""
    if row["case"].endswith("+domain"):
        return "rule survey.adjust.domain.lonely is on: not this design's rule"
    if row["case"] == "average":
        return "rule 'average' for lonely strata: not this design's rule"
    if row["stat"] == "deff" and row["level"] == "wr":
        return "design effect against sampling with replacement: the one without is published"
    if row["stat"] == "diff" and row["dtype"] == "size_obs":
        return "difference of domains that share strata: needs their covariance"
    if row["stat"].startswith("ci_") and row["stat"] not in ("ci_xlogit", "ci_beta"):
        return "interval by another method than xlogit and beta"
    if row["lo"] == "NaN":
        return "R gives no interval at 0: the project's is Korn and Graubard's"
    if row["stat"] == "ci_beta":
        share, se, most_respondents = float(row["est"]), float(row["se"]), int(row["df"]) + 44
        if share * (1 - share) / se**2 > most_respondents:
            return "effective sample size above the sample size: capped here, not in R"
    return None


def selections(row):
    """What a row is over, as (domains, base, hit): lists and conditions of SQL."""
    domains = ["true"] if row["dtype"] == "all" else [f"{row['dtype']} = '{row['dom']}'"]
    if row["stat"] == "diff":
        domains = [f"{row['dtype']} = '{name}'" for name in row["level"].split("-")]
    base = "q01 = 1" if row["level"].startswith("among ") else "true"
    level = row["level"] if row["stat"] == "mean" else "1"
    return [(f"{domain} and {base}", f"{row['item']} = '{level}'") for domain in domains]


@pytest.fixture(scope="module")
def reference():
    """Rows of the reference, numbered."""
    rows = read_rows(FOLDER / "reference.csv")
    return list(enumerate(rows))


@pytest.fixture(scope="module")
def computed(reference):
    """What the macros compute for every row that is not left out: {number: [estimates]}."""
    module = macros("stratified_estimates.sql")
    connection = estimator()
    for design in DESIGNS:
        connection.execute(
            f"create table {design} as from read_csv('{FOLDER / design}.csv', all_varchar=true)"
        )
    found = {}
    for lonely_stratum, is_population_known in sorted(set(CASES.values())):
        counts = []
        for number, row in reference:
            if why_left_out(row) or CASES[row["case"]] != (lonely_stratum, is_population_known):
                continue
            for part, (base, hit) in enumerate(selections(row)):
                counts.append(
                    f"""
                    select
                        {number} as number, {part} as part, stratum, any_value(w)::double as weight,
                        count(*) as sample_count,
                        {"any_value(N_h)::bigint" if is_population_known else "null::bigint"}
                            as population_count,
                        count_if({base}) as base_count,
                        count_if({base} and {hit}) as value_sum, value_sum as value_square_sum,
                        true as is_share
                    from {row["design"]} group by stratum
                    """
                )
        connection.execute("create or replace table counts as " + " union all ".join(counts))
        columns = ("mean", "base_count", "effective_count", "degrees_of_freedom")
        estimates = connection.sql(
            f"""
            with estimates as (
                {module.stratified_estimates("counts", ["number", "part"], lonely_stratum)}
            )
            select
                *,
                {module.logit_bound("mean", "mean_se", "degrees_of_freedom", "lower")} as lower,
                {module.logit_bound("mean", "mean_se", "degrees_of_freedom", "upper")} as upper,
                {module.korn_graubard_bound(*columns, "lower")} as exact_lower,
                {module.korn_graubard_bound(*columns, "upper")} as exact_upper
            from estimates order by number, part
            """
        )
        for values in estimates.fetchall():
            row = dict(zip(estimates.columns, values, strict=True))
            found.setdefault(row["number"], []).append(row)
    return found


def pairs(row, estimates):
    """Pairs (name, R's value, ours) of a row of the reference."""
    first = estimates[0]
    if row["stat"] == "deff":
        return [("est", row["est"], first["design_effect"])]
    if row["stat"] == "total":
        return [("est", row["est"], first["value_total"]), ("se", row["se"], first["value_total_se"])]
    if row["stat"] == "diff":
        return [
            ("est", row["est"], estimates[0]["mean"] - estimates[1]["mean"]),
            ("se", row["se"], math.hypot(*(estimate["mean_se"] for estimate in estimates))),
        ]
    found = [("est", row["est"], first["mean"]), ("se", row["se"], first["mean_se"])]
    if row["df"]:
        found.append(("df", row["df"], first["degrees_of_freedom"]))
    if row["stat"].startswith("ci_"):
        prefix = {"ci_xlogit": "", "ci_beta": "exact_"}[row["stat"]]
        found += [("lo", row["lo"], first[f"{prefix}lower"]), ("hi", row["hi"], first[f"{prefix}upper"])]
    return found


def test_every_row_that_the_design_covers_equals_r(reference, computed):
    """Relative difference at most 1e-12; absolute at most 1e-8 where R has 0."""
    differences = []
    for number, row in reference:
        for name, expected, found in pairs(row, computed[number]) if number in computed else []:
            if not is_equal(found, float(expected)):
                differences.append((row, name, expected, found))
    assert not differences, "\n".join(map(str, differences))


def is_equal(found, expected):
    """Whether a number is R's: to a relative 1e-12, or an absolute 1e-8 where that is 0."""
    if abs(expected) < 1e-8:
        return abs(found) <= 1e-8
    return abs(found - expected) <= 1e-12 * abs(expected)


# The numbers of `means.csv`, and who is asked.
NUMBERS = {"net": ("q01::int - q02::int", "true"), "code": ("ascii(q41) - ascii('a') + 1", "q01 = '1'")}


@pytest.mark.parametrize("lonely_stratum", ["adjust", "remove", "certainty"])
@pytest.mark.parametrize("is_population_known", [True, False])
@pytest.mark.parametrize("design", DESIGNS)
def test_means_that_are_no_shares_equal_r(design, is_population_known, lonely_stratum):
    """A net effect over all, and codes among some: means, totals and degrees of freedom; with
    'certainty' a stratum of one adds nothing, as with 'remove'.
    """
    rows = [
        row
        for row in read_rows(FOLDER / "means.csv")
        if (row["design"], row["fpc"] == "TRUE", row["lonely"])
        == (design, is_population_known, lonely_stratum)
    ]
    connection = estimator()
    connection.execute(
        f"create table respondents as from read_csv('{FOLDER / design}.csv', all_varchar=true)"
    )
    sums = " union all ".join(
        f"""
        select {number} as number, stratum, any_value(w)::double as weight,
            count(*) as sample_count,
            {"any_value(N_h)::bigint" if is_population_known else "null::bigint"}
                as population_count,
            count_if({base}) as base_count,
            coalesce(sum({value}) filter (where {base}), 0) as value_sum,
            coalesce(sum(({value}) ** 2) filter (where {base}), 0)::bigint as value_square_sum,
            false as is_share
        from respondents group by stratum
        """
        for number, row in enumerate(rows)
        for value, base in [
            (
                NUMBERS[row["item"]][0],
                NUMBERS[row["item"]][1]
                + ("" if row["dtype"] == "all" else f" and {row['dtype']} = '{row['dom']}'"),
            )
        ]
    )
    lonely = "adjust" if lonely_stratum == "adjust" else "remove"
    estimates = connection.sql(
        macros("stratified_estimates.sql").stratified_estimates(f"({sums})", ["number"], lonely)
    )
    names, differences = estimates.columns, []
    found = {row[0]: dict(zip(names, row, strict=True)) for row in estimates.fetchall()}
    is_left_out = design in ("lonely", "census") and lonely_stratum == "adjust"
    assert len(found) == len(rows) == (40 if is_left_out else 80)
    for number, row in enumerate(rows):
        prefix = {"mean": "mean", "total": "value_total"}[row["stat"]]
        for name, column in (("est", prefix), ("se", f"{prefix}_se"), ("df", "degrees_of_freedom")):
            if not is_equal(found[number][column], float(row[name])):
                differences.append((row, name, found[number][column]))
    assert not differences, "\n".join(map(str, differences))


def test_what_is_compared_and_what_is_not(reference, computed):
    """Both lists, with their numbers of rows, are those above."""
    compared = Counter(row["stat"] for number, row in reference if number in computed)
    left_out = Counter(why_left_out(row) for _, row in reference) - Counter([None])
    del left_out[None]
    assert set(compared.items()) == COMPARED
    assert set(left_out.items()) == LEFT_OUT
    assert sum(compared.values()) + sum(left_out.values()) == len(reference) == 2596


def test_what_is_0_by_design_is_exactly_0(reference, computed):
    """Where R leaves 1e-17 the estimator leaves nothing."""
    zeros = [
        computed[number][0]["mean_se"]
        for number, row in reference
        if number in computed and row["stat"] in ("mean", "subset") and float(row["se"]) < 1e-8
    ]
    assert len(zeros) > 50
    assert set(zeros) == {0.0}
