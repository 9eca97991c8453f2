"""A made-up indicator that is a mean and no share, through the project's own SQL: from the answers
of each stratum to its estimate.
"""

from statistics import variance

import pytest
from scipy import stats

from helpers import estimator, statement

MACROS = (
    "estimate_intervals.sql",
    "editions_in_force.sql", "stratified_estimates.sql", "imputation_variance.sql", "replicates.sql",
    "sums_by_cell.sql",
)

# By stratum: population, and the answers of its sample to the one question: 1 more, 2 the same,
# 3 less, None where the question was not put.
STRATA = {
    1: (60, [1, 1, 2, 3, 1, None]),
    2: (12, [3, 3, 2, None]),
    3: (5, [2, 1, 3, 1, 2]),
}
NET = {1: 1, 2: 0, 3: -1}


@pytest.fixture(scope="module")
def estimates():
    """Rows of the estimates by (indicator, category), of the whole and of strata 1 and 2."""
    connection = estimator()
    connection.execute(
        """
        create table indicators (indicator_id varchar, base_id varchar, question_id varchar,
            hit_codes varchar, answer_values varchar);
        insert into indicators values
            ('net', 'all', 'trend', '3|1', '-1|1'), ('more', 'all', 'trend', '1', null);
        create table int_question_bases as
        select 1 as edition, 'trend' as question_id, 1 as question_number, false as is_derived,
            'all' as base_id;
        create table int_codes_offered as
        select 1 as edition, 'trend' as question_id, unnest([1, 2, 3])::utinyint as answer_code;
        create table int_base_conditions as select 'all' as base_id, 1 as base_bit;
        create table int_strata_domains as
        select unnest([1, 2, 3]) as stratum_number, 'total' as domain, 'total' as category
        union all select unnest([1, 2]), 'sector', 'a';
        create table int_scope_strata as
        select 1 as edition, 'all_sectors' as scope, unnest([1, 2, 3]) as stratum_number;
        create table scopes (scope_id varchar);
        create table target_measures (indicator_id varchar, base_id varchar);
        create table interval_rules as
        select unnest(['total', 'sector']) as domain, null::varchar as category, 'logit' as ci_method;
        create table int_answer_counts (edition int, replicate smallint, stratum_number int, question_number int,
            answer_code utinyint, base_bits int, answer_count int);
        create table int_strata_weighted (edition int, stratum_number int, stratum_id varchar,
            weighted_population_count int, weighted_usable_count int, final_weight double);
        """
    )
    for number, (population, answers) in STRATA.items():
        weight = population / len(answers)
        connection.execute(
            "insert into int_strata_weighted values (1, $1, $1::varchar, $2, $3, $4)",
            [number, population, len(answers), weight],
        )
        for code in {answer for answer in answers if answer}:
            connection.execute(
                "insert into int_answer_counts values (1, 0, $1, 1, $2, 1, $3)",
                [number, code, answers.count(code)],
            )
    for relation in ("int_strata_numbered", "int_strata_with_past_editions"):
        connection.execute(f"create view {relation} as from int_strata_weighted")
    for path in (
        "definitions/int_indicator_codes", "definitions/int_indicators_offered",
        "estimates/int_indicator_counts", "estimates/int_counts_with_past_editions",
        "estimates/int_estimate_cells", "estimates/int_scope_cells",
        "estimates/int_estimates_sampling_variance",
        "estimates/int_imputation_variances", "definitions/int_interval_methods",
        "estimates/int_estimates_by_scope",
    ):
        sql = statement(f"models/{path}.sql", *MACROS)
        connection.execute(f"create table {path.split('/')[1]} as {sql}")
    found = connection.sql("from int_estimates_by_scope inner join int_estimate_cells using (cell_id)")
    return {
        (row["indicator_id"], row["category"]): row
        for row in (dict(zip(found.columns, values, strict=True)) for values in found.fetchall())
    }


@pytest.mark.parametrize(("category", "inside"), [("total", (1, 2, 3)), ("a", (1, 2))])
def test_a_mean_passes_to_its_estimate(estimates, category, inside):
    """Estimate, standard error and interval are those of the textbook, over single answers."""
    weights = {number: population / len(answers) for number, (population, answers) in STRATA.items()}
    base = sum(weights[number] for number in inside for answer in STRATA[number][1] if answer)
    total = sum(
        weights[number] * NET[answer]
        for number in inside for answer in STRATA[number][1] if answer
    )
    mean, squares = total / base, 0.0
    for number in inside:
        population, answers = STRATA[number]
        scores = [weights[number] * (NET[answer] - mean) / base if answer else 0.0 for answer in answers]
        squares += (1 - len(answers) / population) * len(answers) * variance(scores)
    row = estimates["net", category]
    se = squares**0.5
    degrees = sum(sum(answer is not None for answer in STRATA[n][1]) - 1 for n in inside)
    reach = stats.t.ppf(0.975, degrees) * se
    assert row["estimate_pct"] == pytest.approx(100 * mean, rel=1e-13)
    assert row["se_pct"] == pytest.approx(100 * se, rel=1e-12)
    assert row["ci_lower_pct"] == pytest.approx(100 * (mean - reach), rel=1e-9)
    assert row["ci_upper_pct"] == pytest.approx(100 * (mean + reach), rel=1e-9)
    assert row["hit_population_estimate"] == pytest.approx(total, rel=1e-13)
    assert row["degrees_of_freedom"] == degrees
    assert not row["is_share"]
    for name in ("hit_count", "design_effect", "effective_respondent_count", "exact_lower_pct"):
        assert row[name] is None, name


def test_a_share_beside_it_is_one(estimates):
    """An indicator without values counts its hits."""
    row = estimates["more", "total"]
    assert row["is_share"] and (row["hit_count"], row["respondent_count"]) == (5, 13)
    assert row["effective_respondent_count"] > 0
