"""Contrasts of the synthetic editions, against scores of single responses.

The reference follows the definition over responses one by one (Särndal, Swensson and Wretman 1992,
Model Assisted Survey Sampling, result 5.6.1): no sums of products, nothing of `barometer`.
"""

import duckdb
import numpy
import pytest


@pytest.fixture(scope="module")
def warehouse(built_project):
    """The warehouse after a build."""
    with duckdb.connect(str(built_project / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def editions(warehouse):
    """{edition: the answers, bases and strata of its responses in the published deck}."""
    return {
        edition: Responses(warehouse, edition)
        for (edition,) in warehouse.sql("select distinct edition from marts.fct_contrasts").fetchall()
    }


class Responses:
    """Usable responses of an edition, as arrays of one element a response.

    Attributes:
        stratum: number of the stratum.
        weight, sample, population: of the stratum, each once a response.
    """

    def __init__(self, warehouse, edition):
        self.warehouse, self.edition, self.known = warehouse, edition, {}
        rows = warehouse.sql(
            f"""
            select
                bases.line_number, bases.stratum_number, bases.base_bits, final_weight,
                weighted_usable_count, weighted_population_count
            from responses.int_response_bases as bases
            inner join estimates.int_strata_weighted as strata using (edition, stratum_number)
            where edition = {edition} and replicate in (-1, 0)
            order by line_number
            """
        ).fetchnumpy()
        self.place = {int(line): place for place, line in enumerate(rows["line_number"])}
        self.stratum, self.bits = rows["stratum_number"], rows["base_bits"]
        self.weight = rows["final_weight"]
        self.sample, self.population = (
            rows["weighted_usable_count"].astype(float),
            rows["weighted_population_count"].astype(float),
        )

    def inside(self, domain, category):
        """Whether each response is in a category of a domain."""
        strata = self.warehouse.execute(
            """
            select stratum_number from definitions.int_strata_domains
            where domain = ? and category = ?
            """,
            [domain, category],
        ).fetchnumpy()["stratum_number"]
        return numpy.isin(self.stratum, strata)

    def measure(self, indicator, base):
        """What each response counts for in an indicator, and whether it is in its base."""
        if (indicator, base) not in self.known:
            value, is_in = numpy.zeros(len(self.stratum)), numpy.zeros(len(self.stratum), bool)
            for line, base_bit, asked_bit, counts in self.warehouse.execute(
                """
                select patterns.line_number, offered.base_bit, asked.base_bit, coalesce(answer_value, 0)
                from definitions.int_indicators_offered as offered
                inner join definitions.int_question_bases as asked using (edition, question_number)
                inner join responses.int_pattern_codes as codes using (edition, question_number)
                inner join responses.int_patterns_completed as patterns
                    using (edition, block_number, pattern)
                left join definitions.int_indicator_codes as hits
                    on offered.indicator_id = hits.indicator_id and offered.base_id = hits.base_id
                    and codes.answer_code = hits.answer_code
                where edition = ? and offered.indicator_id = ? and offered.base_id = ?
                    and replicate in (-1, 0)
                """,
                [self.edition, indicator, base],
            ).fetchall():
                place = self.place[line]
                if self.bits[place] & base_bit and self.bits[place] & asked_bit:
                    value[place], is_in[place] = counts, True
            self.known[indicator, base] = value, is_in
        return self.known[indicator, base]

    def scores(self, indicator, base, domain, category, is_all_others=False):
        """The estimate, as a share, and the linearised score of each response with its weight."""
        value, is_in = self.measure(indicator, base)
        is_in = is_in & (self.inside(domain, category) != is_all_others)
        weight = self.weight * is_in
        mean = (weight * value).sum() / weight.sum()
        return mean, weight * (value - mean) / weight.sum()

    def standard_error(self, scores):
        """Of the sum of scores, by stratum; a stratum of one is centred at 0."""
        strata, first, place = numpy.unique(self.stratum, return_index=True, return_inverse=True)
        sample, population = self.sample[first], self.population[first]
        sums = numpy.bincount(place, scores, len(strata))
        squares = numpy.bincount(place, scores**2, len(strata))
        spread = numpy.where(sample > 1, squares - sums**2 / sample, squares)
        correction = numpy.maximum(0, 1 - sample / population)
        variance = (correction * sample / numpy.maximum(1, sample - 1) * spread).sum()
        return max(variance, 0.0) ** 0.5


def test_every_contrast_is_that_of_its_responses(warehouse, editions):
    """Estimates, difference and the sampling error of every row; there are some of each kind."""
    contrasts = warehouse.sql(
        """
        select
            edition, indicator_id, base_id, domain, category, other_indicator_id, other_base_id,
            other_domain, other_category, difference_pp, se_sampling_pp, cell_id, other_cell_id
        from marts.fct_contrasts
        """
    ).fetchall()
    kinds, wrong = set(), []
    for edition, *cells, difference, se, cell_id, other_cell_id in contrasts:
        one, other, responses = cells[:4], cells[4:], editions[edition]
        is_all_others = other[3] == "all_others"
        kinds.add((is_all_others, one[0] == other[0], one[1] == other[1]))
        if is_all_others:
            other[3] = one[3]
        mean, scores = responses.scores(*one)
        other_mean, other_scores = responses.scores(*other, is_all_others=is_all_others)
        expected = (
            100 * (mean - other_mean), 100 * responses.standard_error(scores - other_scores)
        )
        if not numpy.allclose((difference, se), expected, rtol=1e-9, atol=1e-9):
            wrong.append((cell_id, other_cell_id, (difference, se), expected))
    assert not wrong, wrong[:5]
    assert kinds == {
        (True, True, True), (False, True, True), (False, False, True), (False, True, False),
    }


def test_imputation_adds_to_the_error_of_most(warehouse):
    """The total is never below that of sampling, and above it wherever decks differ."""
    below, above, count = warehouse.sql(
        """
        select count_if(se_pp < se_sampling_pp), count_if(se_pp > se_sampling_pp), count(*)
        from marts.fct_contrasts
        """
    ).fetchone()
    assert below == 0 and above > 0.9 * count


def test_corrected_p_values_are_those_of_holm(warehouse):
    """Recomputed by sorting: in each family the largest of the products so far, at most 1. A
    contrast of one family has that of this family.
    """
    families = {}
    for edition, family, p_value, adjusted in warehouse.sql(
        """
        select edition, test_family, p_value, adjusted_p_value from marts.fct_contrasts
        where test_family like '%|%' and p_value is not null
        """
    ).fetchall():
        families.setdefault((edition, family), []).append((p_value, adjusted))
    assert len(families) > 30
    for tests in families.values():
        reached = 0.0
        for place, (p_value, adjusted) in enumerate(sorted(tests)):
            reached = max(reached, min(1.0, (len(tests) - place) * p_value))
            assert adjusted == pytest.approx(reached, rel=1e-12)
