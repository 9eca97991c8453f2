"""The SQL of differences of two means, against R's package survey row by row, and its refusals."""

from collections import Counter

import duckdb
import pytest

from helpers import PROJECT, estimator, macros, read_rows

FOLDER = PROJECT / "tests" / "reference" / "survey"
MODULE = macros("stratified_differences.sql")
ROWS = read_rows(FOLDER / "contrasts.csv")

# How the measures of `contrasts.csv` follow from the columns of the respondents.
MEASURES = {
    "q01": "q01::int", "q02": "q02::int", "q03": "q03::int", "rare": "rare::int",
    "net": "q01::int - q02::int", "other_net": "q03::int - rare::int",
}


def sums(number, row):
    """SQL: what the macro takes of a row of the reference, from the respondents one by one."""
    measure, other = MEASURES[row["item"]], MEASURES[row["other_item"]]
    base, other_base = f"({row['domain']})::int", f"({row['other_domain']})::int"
    return f"""
        select
            {number} as number, stratum, any_value(w)::double as weight,
            count(*) as sample_count,
            {"any_value(N_h)::bigint" if row["fpc"] == "TRUE" else "null::bigint"}
                as population_count,
            sum({base}) as base_count,
            sum({base} * ({measure})) as value_sum,
            sum({base} * ({measure}) ** 2)::bigint as value_square_sum,
            sum({other_base}) as other_base_count,
            sum({other_base} * ({other})) as other_value_sum,
            sum({other_base} * ({other}) ** 2)::bigint as other_value_square_sum,
            sum({base} * {other_base} * ({measure}) * ({other})) as product_sum,
            sum({base} * {other_base} * ({measure})) as value_base_sum,
            sum({base} * {other_base} * ({other})) as base_value_sum,
            sum({base} * {other_base}) as base_base_sum
        from {row["design"]} group by stratum
    """


@pytest.fixture(scope="module")
def computed():
    """{number of a row of the reference: (difference, standard error)}."""
    connection = estimator()
    for design in sorted({row["design"] for row in ROWS}):
        connection.execute(
            f"create table {design} as from read_csv('{FOLDER / design}.csv', all_varchar=true)"
        )
    found = {}
    for rule in ("adjust", "remove"):
        counts = " union all ".join(
            sums(number, row) for number, row in enumerate(ROWS) if row["lonely"] == rule
        )
        query = MODULE.stratified_differences(f"({counts})", ["number"], rule)
        for number, *values in connection.sql(
            f"select number, difference, difference_se from ({query})"
        ).fetchall():
            found[number] = values
    return found


def test_every_difference_equals_r(computed):
    """To a relative 1e-12; and R has enough of each kind for this to mean something."""
    assert Counter(row["with"] for row in ROWS) == {"svymean": 240, "svyby": 288, "svytotal": 96}
    assert len(computed) == len(ROWS)
    differences = [
        (row, name, found)
        for number, row in enumerate(ROWS)
        for name, found in zip(("est", "se"), computed[number], strict=True)
        if abs(found - float(row[name])) > 1e-12 * abs(float(row[name]))
    ]
    assert not differences, "\n".join(map(str, differences))


def test_covariances_matter():
    """Without what a category and the total share, the standard error would be another."""
    connection = estimator()
    connection.execute(
        f"create table base as from read_csv('{FOLDER / 'base.csv'}', all_varchar=true)"
    )
    row = next(row for row in ROWS if row["with"] == "svytotal" and row["design"] == "base")
    products = ("product_sum", "value_base_sum", "base_value_sum", "base_base_sum")
    zeros = ", ".join(f"0 as {name}" for name in products)
    apart = f"(select * replace ({zeros}) from ({sums(0, row)}))"
    ((se,),) = connection.sql(
        f"select difference_se from ({MODULE.stratified_differences(apart, ['number'])})"
    ).fetchall()
    assert abs(se - float(row["se"])) > 1e-4


# One stratum of ten elements of a hundred, all in both bases.
STRATUM = {
    "number": 1, "stratum": "'a'", "weight": 10.0, "sample_count": 10, "population_count": 100,
    "base_count": 10, "value_sum": 4, "value_square_sum": 4,
    "other_base_count": 10, "other_value_sum": 4, "other_value_square_sum": 4,
    "product_sum": 4, "value_base_sum": 4, "base_value_sum": 4, "base_base_sum": 10,
}


def difference(**changed):
    """What the macro gives for one stratum that differs from STRATUM in what is given."""
    columns = ", ".join(f"{value} as {name}" for name, value in (STRATUM | changed).items())
    query = MODULE.stratified_differences(f"(select {columns})", ["number"])
    return estimator().sql(
        f"select difference, difference_se, degrees_of_freedom from ({query})"
    ).fetchone()


def test_a_mean_less_itself_is_0_without_error():
    """What rounding leaves of such a variance is 0, and neither negative nor a root of it."""
    assert difference(weight=1 / 3) == (0, 0, 9)


def test_degrees_of_freedom_are_those_of_the_smaller_side():
    """A side of two elements beside one of ten has hardly more than its own single degree."""
    *_, degrees = difference(
        base_count=2, value_sum=1, value_square_sum=1, product_sum=1, value_base_sum=1,
        base_value_sum=1, base_base_sum=2,
    )
    assert 1 < degrees < 2
    assert difference(base_count=1, value_sum=1, value_square_sum=1, product_sum=1,
                      value_base_sum=1, base_value_sum=1, base_base_sum=1)[2] is None


def test_an_empty_base_has_no_difference():
    """Of nobody there is no mean."""
    empty = dict.fromkeys(
        ("base_count", "value_sum", "value_square_sum", "product_sum", "value_base_sum",
         "base_value_sum", "base_base_sum"), 0,
    )
    assert difference(**empty) == (None, None, None)


@pytest.mark.parametrize(
    "impossible",
    [{"base_base_sum": 11}, {"base_base_sum": -1}, {"product_sum": 5}, {"value_base_sum": 7},
     {"base_value_sum": 7}, {"product_sum": "null"}],
    ids=str,
)
def test_products_that_no_elements_have_stop_the_query(impossible):
    """The message names the stratum."""
    with pytest.raises(duckdb.InvalidInputException, match="stratum a: found"):
        difference(**impossible)


def test_an_unknown_rule_is_refused():
    """In words."""
    with pytest.raises(Exception, match="lonely_stratum: found 'average'"):
        MODULE.stratified_differences("sums", ["number"], "average")
