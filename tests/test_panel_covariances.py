"""Covariances of who answered in two editions: against R, against plain loops over the microdata, and transitions."""

from collections import defaultdict
from math import sqrt

import duckdb
import pytest
import yaml

from helpers import PROJECT, estimator, macros, read_rows, reference
from test_stratified_differences import FOLDER, MEASURES

ESTIMATES, COVARIANCES = macros("stratified_estimates.sql"), macros("panel_covariances.sql")
# Where the whole sample of every stratum answers twice, the design with both measures is that of a panel.
ROWS = [
    row for row in read_rows(FOLDER / "contrasts.csv")
    if row["fpc"] == "TRUE" and row["with"] == "svymean" and row["domain"] == row["other_domain"]
]


@pytest.fixture(scope="module")
def respondents():
    """The respondents of the reference, a table a design; of those whose strata have two and more."""
    connection = estimator()
    for design in sorted({row["design"] for row in ROWS}):
        connection.execute(
            f"create table {design} as from read_csv('{FOLDER / design}.csv', all_varchar=true)"
        )
    return connection


def sums(row):
    """SQL: what both macros take of a row of the reference, its two measures being those of two editions."""
    base, later, earlier = f"({row['domain']})::int", MEASURES[row["item"]], MEASURES[row["other_item"]]
    return f"""
        select
            0 as number, stratum, any_value(w)::double as weight, any_value(w)::double as previous_weight,
            any_value(N_h)::bigint as population_count, any_value(N_h)::bigint as previous_population_count,
            count(*) as sample_count, count(*) as panel_count,
            sum({base}) as base_count, sum({base}) as previous_base_count, sum({base}) as base_base_sum,
            sum({base} * ({later})) as value_sum, sum({base} * ({earlier})) as previous_value_sum,
            sum({base} * ({later}) ** 2)::bigint as value_square_sum,
            sum({base} * ({earlier}) ** 2)::bigint as previous_value_square_sum,
            sum({base} * ({later}) * ({earlier})) as product_sum,
            sum({base} * ({later})) as value_base_sum, sum({base} * ({earlier})) as base_value_sum
        from {row["design"]} group by stratum
    """


def test_a_panel_of_all_has_the_error_of_r(respondents):
    """The difference of two measures of one sample, as a change of those who all answered twice."""
    compared = 0
    for row in ROWS:
        if respondents.sql(f"select min(sample_count) from ({sums(row)})").fetchone()[0] < 2:
            continue
        later = ESTIMATES.stratified_estimates(f"(select *, false as is_share from ({sums(row)}))", ["number"])
        earlier = ESTIMATES.stratified_estimates(
            "(select * replace (previous_value_sum as value_sum, previous_value_square_sum as value_square_sum), "
            f"false as is_share from ({sums(row)}))", ["number"],
        )
        means, previous = (
            respondents.sql(f"select mean, mean_se, base_total from ({query})").fetchone()
            for query in (later, earlier)
        )
        panel = (
            f"(select *, {means[0]!r}::double as mean, {previous[0]!r}::double as previous_mean, "
            f"{means[2]!r}::double as base_total, {previous[2]!r}::double as previous_base_total from ({sums(row)}))"
        )
        ((covariance,),) = respondents.sql(
            f"select covariance from ({COVARIANCES.panel_covariances(panel, ['number'])})"
        ).fetchall()
        variance = means[1] ** 2 + previous[1] ** 2 - 2 * covariance
        assert sqrt(max(variance, 0)) == pytest.approx(float(row["se"]), rel=1e-9, abs=1e-12), row
        compared += abs(covariance) > 1e-6
    assert compared >= 20


@pytest.fixture(scope="module")
def marts(built_project):
    """The released database."""
    path = built_project / "release" / "internal" / "ai_barometer.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def twice(marts):
    """Enterprises that answered in both editions: stratum, and of each edition its answers by question."""
    editions = [edition for (edition,) in marts.sql("select edition from marts.dim_editions order by 1").fetchall()]
    earlier, later = editions[-2:]
    answers = defaultdict(dict)
    for edition, key, question, code in marts.execute(
        "select edition, response_key, question_id, answer_code from marts.fct_answers where edition in ($1, $2)",
        [earlier, later],
    ).fetchall():
        answers[edition, key][question] = code
    people = defaultdict(dict)
    for edition, key, enterprise, stratum in marts.execute(
        "select edition, response_key, enterprise_key, stratum_id from marts.fct_responses where edition in ($1, $2)",
        [earlier, later],
    ).fetchall():
        people[enterprise][edition] = stratum, answers[edition, key]
    both = defaultdict(list)
    for found in people.values():
        if len(found) == 2 and found[earlier][0] == found[later][0]:
            both[found[later][0]].append((found[earlier][1], found[later][1]))
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    minimum = project["vars"]["minimum_panel"]
    return earlier, later, {stratum: pairs for stratum, pairs in both.items() if len(pairs) >= minimum}


def cases():
    """Question, hit codes, conditions of the base, indicator and base: shares of each kind of base, from the seeds."""
    conditions = {
        row["base_id"]: list(zip(row["question_ids"].split("|"), map(int, row["answer_codes"].split("|")), strict=True))
        if row["question_ids"] else []
        for row in reference("bases")
    }
    highlights = {row["indicator_id"] for row in reference("site_highlights")}
    found = {}
    for row in reference("indicators"):
        if row["hit_codes"] and not row["answer_values"]:
            case = (
                row["question_id"], set(map(int, row["hit_codes"].split("|"))), conditions[row["base_id"]],
                row["indicator_id"], row["base_id"],
            )
            # The key figures, and the last one of each base.
            found[row["indicator_id"] in highlights and row["indicator_id"], row["base_id"]] = case
    return list(found.values())


CASES = cases()


def score(answers, question, hit, base):
    """(in the base, has it) of one enterprise, 0 or 1 each."""
    is_in = question in answers and all(answers.get(asked) == code for asked, code in base)
    return int(is_in), int(is_in and answers[question] in hit)


@pytest.mark.parametrize("domain", ["total", "size"])
def test_changes_are_surer_by_the_covariance(marts, twice, domain):
    """Every share of each kind of base that both editions have, against plain loops."""
    assert sum(compared_changes(marts, twice, case, domain) for case in CASES) >= 8


def compared_changes(marts, twice, case, domain):
    """Standard error of the sampling, again from single enterprises, for each category; how many there were."""
    question, hit, base, indicator, base_id = case
    earlier, later, panel = twice
    strata = {
        (edition, stratum): (category, population, usable)
        for edition, stratum, category, population, usable in marts.sql(
            f"select edition, stratum_id, {'size_class_code' if domain == 'size' else repr('total')}, "
            "population_count, usable_count from marts.dim_strata"
        ).fetchall()
    }
    rows = marts.execute(
        """
        select c.category, c.se_sampling_pp, c.panel_count, c.sampling_correlation, one.estimate_pct, one.population_estimate,
            one.se_sampling_pct, two.estimate_pct, two.population_estimate, two.se_sampling_pct
        from marts.fct_changes as c
        inner join marts.fct_estimates as one on c.previous_cell_id = one.cell_id
        inner join marts.fct_estimates as two on c.cell_id = two.cell_id
        where c.edition = $1 and c.previous_edition = $2 and c.indicator_id = $3 and c.base_id = $4 and c.domain = $5
        """,
        [later, earlier, indicator, base_id, domain],
    ).fetchall()
    for category, se, count, correlation, p1, x1, se1, p2, x2, se2 in rows:
        covariance, members = 0, 0
        for stratum, pairs in panel.items():
            place, size_2, usable_2 = strata[later, stratum]
            _, size_1, usable_1 = strata[earlier, stratum]
            if place != category:
                continue
            members += len(pairs)
            u, v = [], []
            for before, now in pairs:
                d1, y1 = score(before, question, hit, base)
                d2, y2 = score(now, question, hit, base)
                u.append(y2 - p2 / 100 * d2)
                v.append(y1 - p1 / 100 * d1)
            c, mean_u, mean_v = len(pairs), sum(u) / len(u), sum(v) / len(v)
            shared = sum((a - mean_u) * (b - mean_v) for a, b in zip(u, v, strict=True)) / (c - 1)
            covariance += size_1 * size_2 * (c / (usable_1 * usable_2) - 1 / max(size_1, size_2)) * shared / (x1 * x2)
        limit = se1 * se2
        covariance = max(min(10_000 * covariance, limit), -limit)
        assert count == members
        assert se == pytest.approx(sqrt(se1**2 + se2**2 - 2 * covariance), rel=1e-9)
        assert correlation == pytest.approx(covariance / limit, rel=1e-7, abs=1e-12)
    return len(rows)


def test_transitions_are_those_of_the_panel(marts, twice):
    """Every share of each kind of base that can be compared, against plain loops."""
    assert sum(compared_transitions(marts, twice, case) for case in CASES) >= 20


def compared_transitions(marts, twice, case):
    """Shares of those that had it and of the others, by size, from single enterprises; how many there were."""
    question, hit, base, indicator, base_id = case
    earlier, later, panel = twice
    sizes = marts.execute(
        "select stratum_id, size_class_code, population_count from marts.dim_strata where edition = $1", [later]
    ).fetchall()
    expected, covered, population = defaultdict(lambda: [0, 0, 0, 0]), defaultdict(int), defaultdict(int)
    for stratum, size, count in sizes:
        population[size] += count
        if stratum not in panel:
            continue
        covered[size] += count
        for before, now in panel[stratum]:
            d1, y1 = score(before, question, hit, base)
            d2, y2 = score(now, question, hit, base)
            if d1 and d2:
                weight, cell = count / len(panel[stratum]), expected[size, bool(y1)]
                for place, value in enumerate((1, y2, weight, weight * y2)):
                    cell[place] += value
    found = {
        (category, had_it): values for category, had_it, *values in marts.execute(
            "select category, had_it, respondent_count, hit_count, estimate_pct, covered_pct from marts.fct_transitions "
            "where edition = $1 and previous_edition = $2 and indicator_id = $3 and base_id = $4 and domain = 'size'",
            [later, earlier, indicator, base_id],
        ).fetchall()
    }
    if not found:
        return 0
    assert set(found) == set(expected)
    for (size, had_it), (members, hits, base_total, hit_total) in expected.items():
        assert found[size, had_it] == [
            members, hits, pytest.approx(100 * hit_total / base_total, rel=1e-12),
            pytest.approx(100 * covered[size] / population[size], rel=1e-12),
        ]
    return len(found)


def test_a_transition_has_an_interval_and_a_status(marts):
    """The estimate is in its interval; one of fewer than thirty enterprises is unreliable."""
    rows = marts.sql(
        "select estimate_pct between ci_lower_pct and ci_upper_pct, obs_status, respondent_count from marts.fct_transitions"
    ).fetchall()
    assert {status for _, status, _ in rows} == {"A", "U"}
    assert all(held in (True, None) for held, _, _ in rows)
    assert all(status == "U" for _, status, count in rows if count < 30)
