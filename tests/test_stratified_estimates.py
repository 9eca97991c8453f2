"""The estimator's own SQL against its definition, unit by unit, and against its traps.

`by_definition` follows the textbook over single elements in exact fractions: linearised
scores, their variance in each stratum, nothing of sums.
"""

import random
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from helpers import estimator, macros

MODULE = macros("stratified_estimates.sql")
COLUMNS = (
    "name", "stratum", "weight", "sample_count", "population_count", "base_count", "value_sum",
    "value_square_sum", "is_share",
)
CONNECTION = estimator()

# A stratum: its population beyond the sample, and whether each element of the sample is
# outside the domain (none), in it (False) or in it and a hit (True).
strata = st.lists(
    st.tuples(
        st.one_of(st.just(0), st.integers(1, 400)),
        st.lists(st.sampled_from([None, False, True]), min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=6,
)

# The same with whole numbers of elements in the domain: what went up and down, codes, and numbers
# that differ by little and are far from 0.
numbers = st.one_of(
    st.sampled_from([None, -1, 0, 1]), st.sampled_from([None, 1, 2, 3, 4]),
    st.integers(-40, 40), st.integers(-1003, -1000), st.just(7),
)
numbered_strata = st.lists(
    st.tuples(
        st.one_of(st.just(0), st.integers(1, 400)), st.lists(numbers, min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=6,
)


def cases(strategy, *rows_of):
    """A test of one case and its estimate from each kind of rows, over 150 drawn cases.

    Of fifteen cases in one query: to read the query takes longer than to answer it.
    """

    def decorate(test):
        @given(st.lists(strategy, min_size=15, max_size=15))
        @settings(derandomize=True, deadline=None, max_examples=10)
        def over_cases(drawn):
            found = [
                estimate([(place, *row[1:]) for place, case in enumerate(drawn) for row in rows(case)])
                for rows in rows_of
            ]
            for place, case in enumerate(drawn):
                test(case, *(estimates[str(place)] for estimates in found))

        over_cases.__doc__ = test.__doc__
        return over_cases

    return decorate


def counts(drawn):
    """Drawn strata as the macro takes them."""
    return [
        (
            "x", number, (len(units) + rest) / len(units), len(units), len(units) + rest,
            sum(unit is not None for unit in units), sum(unit is True for unit in units),
        )
        for number, (rest, units) in enumerate(drawn)
    ]


def sums(drawn):
    """Drawn strata of whole numbers as the macro takes them."""
    return [
        (
            "x", number, (len(units) + rest) / len(units), len(units), len(units) + rest,
            sum(unit is not None for unit in units), sum(unit or 0 for unit in units),
            sum((unit or 0) ** 2 for unit in units),
        )
        for number, (rest, units) in enumerate(drawn)
    ]


def estimate(rows, lonely_stratum="adjust", connection=CONNECTION):
    """What the macro returns for rows of counts, or of sums, as {name: {column: value}}."""
    values = ", ".join(
        f"('{name}', {stratum}, {weight!r}::double, {n}, {total if total is not None else 'null'}"
        f"::bigint, {base}, {values[0]}, {values[-1]}, {len(values) == 1})"
        for name, stratum, weight, n, total, base, *values in rows
    )
    found = connection.execute(
        f"""
        with sums as (select * from (values {values}) as rows ({", ".join(COLUMNS)})),
        estimates as ({MODULE.stratified_estimates("sums", ["name"], lonely_stratum)})
        select *,
            {MODULE.logit_bound("mean", "mean_se", "degrees_of_freedom", "lower")} as lower,
            {MODULE.logit_bound("mean", "mean_se", "degrees_of_freedom", "upper")} as upper,
            {MODULE.korn_graubard_bound("mean", "base_count", "effective_count",
                                        "degrees_of_freedom", "lower")} as exact_lower,
            {MODULE.korn_graubard_bound("mean", "base_count", "effective_count",
                                        "degrees_of_freedom", "upper")} as exact_upper
        from estimates
        """
    )
    names = [column[0] for column in found.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def one(rows, **options):
    """The estimate of a single group."""
    (found,) = estimate(rows, **options).values()
    return found


def by_definition(drawn):
    """Mean, and the variances of the mean and of the weighted sum, in exact fractions."""
    elements = [
        (Fraction(len(units) + rest, len(units)), int(unit is not None), int(unit or 0), number)
        for number, (rest, units) in enumerate(drawn)
        for unit in units
    ]
    total = sum(weight * base for weight, base, _, _ in elements)
    if not total:
        return None, None, Fraction(0)
    share = sum(weight * hit for weight, _, hit, _ in elements) / total
    in_domain = {number for _, base, _, number in elements if base}
    sampled = sum(len(units) for number, (_, units) in enumerate(drawn) if number in in_domain)
    variances = []
    for scores, centre in (
        ([weight * (hit - share * base) / total for weight, base, hit, _ in elements], 0),
        (
            [weight * hit for weight, _, hit, _ in elements],
            sum(weight * hit for weight, _, hit, _ in elements) / sampled,
        ),
    ):
        variance = Fraction(0)
        for number, (rest, units) in enumerate(drawn):
            n = len(units)
            own = [score for score, element in zip(scores, elements, strict=True)
                   if element[3] == number]
            if number not in in_domain:
                continue
            if n == 1:
                variance += Fraction(rest, n + rest) * (own[0] - centre) ** 2
            else:
                mean = sum(own) / n
                squares = sum((score - mean) ** 2 for score in own)
                variance += Fraction(rest, n + rest) * Fraction(n, n - 1) * squares
        variances.append(variance)
    return share, *variances


@cases(strata, counts)
def test_equals_the_definition(drawn, found):
    """Share and both standard errors, within 1e-12, and exactly 0 where they are 0."""
    share, variance, hit_variance = by_definition(drawn)
    if share is None:
        assert found["mean"] is found["mean_se"] is found["design_effect"] is None
        return
    assert found["mean"] == pytest.approx(float(share), rel=1e-13)
    for name, exact in (("mean_se", variance), ("value_total_se", hit_variance)):
        if exact == 0:
            assert found[name] == 0, name
        else:
            assert found[name] == pytest.approx(sqrt(exact), rel=1e-12), name


@cases(numbered_strata, sums)
def test_means_equal_the_definition(drawn, found):
    """So do means and totals of whole numbers, far from 0 and below it; what judges a share alone
    is not there.
    """
    mean, variance, total_variance = by_definition(drawn)
    assert found["design_effect"] is found["effective_count"] is None
    assert found["exact_lower"] is found["exact_upper"] is None
    if mean is None:
        assert found["mean"] is found["mean_se"] is None
        return
    assert found["mean"] == pytest.approx(float(mean), rel=1e-13, abs=1e-13)
    for name, exact in (("mean_se", variance), ("value_total_se", total_variance)):
        if exact == 0:
            assert found[name] == 0, name
        else:
            assert found[name] == pytest.approx(sqrt(exact), rel=1e-12), name
    if mean != 0:
        assert found["coefficient_of_variation"] == pytest.approx(
            found["mean_se"] / abs(float(mean)), rel=1e-9
        )


@cases(strata, counts, sums)
def test_a_share_is_the_mean_of_its_hits(_, share, mean):
    """The same numbers, to the bit, whether 0 and 1 are a share or any whole numbers."""
    for name in ("mean", "mean_se", "value_total", "value_total_se", "degrees_of_freedom"):
        assert share[name] == mean[name], name


def test_a_mean_is_not_moved_by_where_its_numbers_lie():
    """Numbers with the same number added to each: the same error, also a million away."""
    drawn = [(30, [1, 4, None, 2, 2]), (70, [3, 1, 1, None, 4, 4]), (9, [2])]

    def moved(by):
        return one(sums([(rest, [None if y is None else y + by for y in units]) for rest, units in drawn]))

    for by, tolerance in ((-1, 1e-14), (1000, 1e-12), (-1_000_000, 1e-9)):
        assert moved(by)["mean_se"] == pytest.approx(moved(0)["mean_se"], rel=tolerance)
        assert moved(by)["mean"] == pytest.approx(moved(0)["mean"] + by, rel=1e-15)


@pytest.mark.parametrize("number", [-3, 0, 1, 7, 1_000_003])
def test_the_same_number_everywhere_is_certain(number):
    """Where all of the domain have the same number, that is the mean, and the error is 0."""
    drawn = [(31, [number, None, number]), (7, [number]), (100, [None, number, number, None])]
    found = one(sums(drawn))
    assert (found["mean"], found["mean_se"]) == (number, 0)
    assert found["value_total_se"] > 0 or number == 0


@cases(strata, counts)
def test_what_follows_from_the_variance(drawn, found):
    """Degrees of freedom, design effect, coefficient of variation and effective sample size."""
    share, variance, _ = by_definition(drawn)
    if share is None:
        assert found["degrees_of_freedom"] is None
        return
    base = found["base_count"]
    occupied = sum(any(unit is not None for unit in units) for _, units in drawn)
    assert found["degrees_of_freedom"] == base - occupied
    spread = share * (1 - share)
    population = sum(
        Fraction(len(units) + rest, len(units)) * sum(unit is not None for unit in units)
        for rest, units in drawn
    )
    if spread == 0 or base == 1 or population == base:
        assert found["design_effect"] is None
    else:
        simple = spread / (base - 1) * (1 - base / population)
        assert found["design_effect"] == pytest.approx(float(variance / simple), rel=1e-9)
    expected = base if variance == 0 else spread / variance
    assert found["effective_count"] == pytest.approx(float(expected), rel=1e-9)
    if share == 0:
        assert found["coefficient_of_variation"] is None
    else:
        assert found["coefficient_of_variation"] == pytest.approx(
            sqrt(variance) / float(share), rel=1e-9, abs=0
        )


@cases(strata, counts)
def test_intervals_hold_the_share(drawn, found):
    """Both intervals hold it, within 0 and 1, and exist wherever there are degrees of freedom."""
    if not found["degrees_of_freedom"]:
        assert found["exact_lower"] is found["exact_upper"] is None
        return
    assert 0 <= found["exact_lower"] <= found["mean"] <= found["exact_upper"] <= 1
    assert 0 <= found["lower"] <= found["mean"] + 1e-12
    assert found["mean"] - 1e-12 <= found["upper"] <= 1
    if found["mean"] == 0:
        assert found["exact_lower"] == 0 < found["exact_upper"]
    if found["mean"] == 1:
        assert found["exact_lower"] < 1 == found["exact_upper"]


def test_a_share_knows_no_more_than_its_responses():
    """An effective sample above the sample counts as the sample: Clopper and Pearson's interval."""
    found = one([("x", 1, 1.25, 8, 10, 8, 4)])
    assert found["effective_count"] == pytest.approx(7 / (1 - 0.8))  # (n - 1)/(1 - n/N)
    expected = binomtest(4, 8).proportion_ci(method="exact")
    assert (found["exact_lower"], found["exact_upper"]) == pytest.approx(tuple(expected))


# One test a trap, numbered as the method numbers them.


def test_trap_1_stratum_without_a_hit_counts():
    """A stratum of the domain without a single hit adds to the variance."""
    rows = [("x", 1, 10.0, 5, 50, 5, 2), ("x", 2, 20.0, 5, 100, 5, 0)]
    # By hand: p = 2/15; S_1 = 6, S_2 = 0, as all of the second stratum answers alike.
    assert one(rows)["mean"] == pytest.approx(2 / 15, rel=1e-15)
    rows[1] = ("x", 2, 20.0, 5, 100, 3, 0)
    # p = 2/11; X = 110. S_1 = 2·3 = 6, S_2 = 3·2·p².
    p = 2 / 11
    variance = (0.9 * 100 / 4 * 6 + 0.95 * 400 / 4 * 6 * p**2) / 110**2
    # 1 - n/N is 1 - 5/50 = 0.9 in the first stratum and 1 - 5/100 = 0.95 in the second.
    assert one(rows)["mean_se"] == pytest.approx(sqrt(variance), rel=1e-14)
    assert one(rows)["mean_se"] != pytest.approx(one(rows[:1])["mean_se"], rel=0.01)


def test_trap_2_a_filter_is_not_a_subset():
    """Sample and population are the whole stratum's: those of the domain alone differ."""
    whole = one([("x", 1, 10.0, 10, 100, 4, 2), ("x", 2, 5.0, 10, 50, 6, 1)])
    filtered = one([("x", 1, 10.0, 4, 40, 4, 2), ("x", 2, 5.0, 6, 30, 6, 1)])
    assert whole["mean"] == filtered["mean"]
    assert whole["mean_se"] == pytest.approx(
        sqrt(float(by_definition([
            (90, [True] * 2 + [False] * 2 + [None] * 6),
            (40, [True] + [False] * 5 + [None] * 4),
        ])[1])),
        rel=1e-14,
    )
    assert whole["mean_se"] != pytest.approx(filtered["mean_se"], rel=0.01)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_trap_3_a_stratum_taken_whole_adds_nothing(size):
    """n_h = N_h: no contribution, also where both are 1."""
    sampled = ("x", 1, 10.0, 5, 50, 5, 2)
    whole = ("x", 2, 1.0, size, size, size, 1)
    found = one([sampled, whole])
    share, total = (20 + 1) / (50 + size), 50 + size
    scores = 0.9 * 100 / 4 * 6  # all of the first stratum is in the domain
    assert found["mean"] == pytest.approx(share, rel=1e-15)
    assert found["mean_se"] == pytest.approx(sqrt(scores) / total, rel=1e-14)
    assert one([whole])["mean_se"] == 0


def test_trap_4_a_single_response_is_centred_at_0():
    """n_h = 1: the rule 'adjust'; under 'remove' the stratum adds nothing."""
    rows = [("x", 1, 10.0, 5, 50, 5, 2), ("x", 2, 30.0, 1, 30, 1, 1)]
    p, total = 50 / 80, 80
    first = 0.9 * 100 / 4 * 6
    lonely = (1 - 1 / 30) * 900 * (1 - p) ** 2
    assert one(rows)["mean_se"] == pytest.approx(sqrt(first + lonely) / total, rel=1e-14)
    assert one(rows, lonely_stratum="remove")["mean_se"] == pytest.approx(
        sqrt(first) / total, rel=1e-14
    )
    with pytest.raises(ValueError, match="found 'average'; expected adjust or remove"):
        one(rows, lonely_stratum="average")


def test_trap_5_nothing_is_left_by_cancellation():
    """Where every stratum answers alike the error is 0, and the usual formula leaves some."""
    rows = [
        ("x", stratum, 1 + stratum / 7, n, int(n * 10), n, n if stratum % 2 else 0)
        for stratum, n in enumerate([3, 7, 11, 13, 49, 101])
    ]
    found = one(rows)
    share = found["mean"]
    usual = sum(
        a * (1 - share) ** 2 + (m - a) * share**2 - (a - m * share) ** 2 / n
        for _, _, _, n, _, m, a in rows
    )
    assert usual != 0
    assert found["mean_se"] == 0
    assert found["lower"] == found["mean"] == found["upper"]


@pytest.mark.parametrize(
    "quantile",
    ["student_t_quantile(0.975, 0)", "student_t_quantile(null, 3)", "student_t_probability(1, 0)",
     "beta_quantile(0.025, 0, 1)", "beta_quantile(0.025, 1, null)"],
)
def test_what_has_no_value_is_null(quantile):
    """Not a number that is none, which SQL takes for the largest of all."""
    assert CONNECTION.sql(f"select {quantile}").fetchone() == (None,)


def test_trap_6_order_and_threads_do_not_move_a_bit():
    """The same bits from shuffled rows, with one thread and with several."""
    generator = random.Random(6)
    rows = []
    for group in range(40):
        for stratum in range(44):
            n = generator.randint(2, 200)
            base = generator.randint(0, n)
            rows.append((f"g{group:02}", stratum, generator.uniform(1, 30), n, n * 9, base,
                         generator.randint(0, base)))
    connection = estimator()
    found = []
    for threads in (1, 2, 4):
        connection.execute(f"set threads = {threads}")
        generator.shuffle(rows)
        found.append(estimate(rows, connection=connection))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 40


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("x", 7, 1.0, 5, 9, 5, 6), "stratum 7: found base_count 5, value_sum 6, value_square_sum 6"),
        (("x", 7, 1.0, 5, 9, 6, 0), "base_count 6, .*sample_count 5, is_share; expected 0 <= base"),
        (("x", 7, 1.0, 5, 9, 2, -1), "value_sum -1, value_square_sum -1, sample_count 5, is_share"),
        (("x", 7, 1.0, 5, 9, 2, 3, 4), "value_sum 3, value_square_sum 4, sample_count 5, no share"),
        (("x", 7, 1.0, 5, 9, 4, 3, 2), "value_sum 3, value_square_sum 2"),
        (("x", 7, 1.0, 5, 9, 0, 0, 2), "base_count 0, value_sum 0, value_square_sum 2"),
    ],
)
def test_impossible_counts_are_refused(row, message):
    """The query stops with a sentence that names the stratum."""
    with pytest.raises(Exception, match=message):
        one([row])


def test_a_base_without_a_weight_is_refused():
    """A stratum that has a base and no weight would be dropped from the sums."""
    with pytest.raises(Exception, match="stratum 3: found no weight; expected one"):
        CONNECTION.sql(
            MODULE.stratified_estimates(
                "(select 'x' as name, 3 as stratum, null::double as weight, 5 as sample_count, "
                "9 as population_count, 2 as base_count, 1 as value_sum, 1 as value_square_sum, "
                "true as is_share)",
                ["name"],
            )
        ).fetchall()
