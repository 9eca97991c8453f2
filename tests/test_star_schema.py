"""The released marts as a star: keys join by name, totals are members, and sums are where they may be."""

import re

import duckdb
import pytest

from helpers import PROJECT

# Of a fact: its columns that name a member of a dimension, and the column that is its key there.
ROLES = {"previous_edition": "edition"}


@pytest.fixture(scope="module")
def marts(built_project):
    """The released database, as a BI tool opens it."""
    path = built_project / "release" / "internal" / "ai_barometer.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def columns_of(marts, prefix):
    """(table, column, type, description) of released tables that begin so."""
    return marts.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns() "
        "where schema_name = 'marts' and starts_with(table_name, $1) order by all",
        [prefix],
    ).fetchall()


def single_keys(marts):
    """Dimensions by the one column that has no two equal values and is first."""
    found = {}
    for table, column in marts.sql(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts' "
        "and starts_with(table_name, 'dim_') and column_index = 1 order by all"
    ).fetchall():
        rows, values = marts.sql(
            f"select count(*), count(distinct {column}) from marts.{table}"
        ).fetchone()
        if rows == values:
            found[column] = table
    return found


def test_facts_join_to_dimensions_by_name(marts):
    """A column of a fact that has the name of a dimension's key holds members of it alone, no null."""
    keys = single_keys(marts)
    joined = set()
    for table, column, *_ in columns_of(marts, "fct_"):
        key = ROLES.get(column, column)
        # Fieldwork counts questionnaires and enterprises: its indicators are its own.
        if key in keys and (table, column) != ("fct_fieldwork", "indicator_id"):
            strangers = marts.sql(
                f"select count(*) from marts.{table} where {column} is null "
                f"or {column} not in (select {key} from marts.{keys[key]})"
            ).fetchone()
            assert strangers == (0,), (table, column)
            joined.add((table, keys[key]))
    for table in ("fct_estimates", "fct_changes"):
        for dimension in ("dim_editions", "dim_indicators", "dim_bases", "dim_categories"):
            assert (table, dimension) in joined


def test_a_join_neither_loses_nor_repeats_a_row(marts):
    """The whole star gives as many rows as the fact has."""
    count = marts.sql("select count(*) from marts.fct_estimates").fetchone()
    assert marts.sql(
        """
        select count(*) from marts.fct_estimates
        inner join marts.dim_editions using (edition)
        inner join marts.dim_indicators using (indicator_id)
        inner join marts.dim_bases using (base_id)
        inner join marts.dim_categories using (category, domain)
        """
    ).fetchone() == count != (0,)


@pytest.mark.parametrize(
    ("fact", "dimension", "column"),
    [
        ("fct_responses", "dim_strata", "edition_stratum_id"),
        ("fct_answers", "fct_responses", "response_key"),
        ("fct_imputations", "fct_responses", "response_key"),
        ("fct_changes", "fct_estimates", "cell_id"),
        ("rpt_figures", "fct_estimates", "cell_id"),
    ],
)
def test_tables_join_by_one_column(marts, fact, dimension, column):
    """A tool that relates tables by a single column loses and repeats nothing either."""
    joined = marts.sql(
        f"select count(*) from marts.{fact} inner join marts.{dimension} using ({column})"
    ).fetchone()
    assert joined == marts.sql(f"select count(*) from marts.{fact}").fetchone() != (0,)


def test_a_number_of_your_own_is_the_estimate(marts):
    """The query of docs/marts.md, copied and run: every share that is estimated, and its responses."""
    page = (PROJECT / "docs" / "marts.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    found = {tuple(key): (share, count) for *key, share, count in marts.sql(query).fetchall()}
    expected = {
        tuple(key): (share, count)
        for *key, share, count in marts.sql(
            "select edition, indicator_id, base_id, estimate_pct, respondent_count from marts.fct_estimates "
            "inner join marts.dim_indicators using (indicator_id) "
            "where domain = 'total' and answer_values is null and respondent_count > 0"
        ).fetchall()
    }
    assert set(found) == set(expected)
    derived = marts.sql("select indicator_id from marts.dim_indicators inner join marts.dim_questions "
                        "using (question_id) where is_derived").fetchall()
    assert len({indicator for (indicator,) in derived} & {key[1] for key in expected}) > 10
    for key, (share, count) in expected.items():
        assert found[key] == (pytest.approx(share, rel=1e-12, abs=1e-12), count), key


def test_answers_have_words(marts):
    """Every answer to a question that was asked has its label."""
    assert marts.sql(
        "select count(*) from marts.fct_answers as answers "
        "semi join marts.dim_questions as questions "
        "on answers.question_id = questions.question_id and not questions.is_derived "
        "anti join marts.dim_answer_codes as codes "
        "on answers.question_id = codes.question_id and answers.answer_code = codes.answer_code "
        "where answers.answer_code is not null"
    ).fetchone() == (0,)


def test_dimensions_have_no_gaps(marts):
    """Every label is there in both languages, every sort order is set, and a total has labels as well."""
    for table, column, *_ in columns_of(marts, ""):
        is_dimension = table.startswith(("dim_", "rpt_table_"))
        if is_dimension and column.endswith(("label_nl", "label_en", "sort_order")):
            empty = marts.sql(f"select count(*) from marts.{table} where {column} is null")
            assert empty.fetchone() == (0,), (table, column)
    assert marts.sql(
        "select category, sort_order from marts.dim_categories where domain = 'total'"
    ).fetchall() == [("total", 0)]


def test_numbers_say_whether_they_may_be_summed(marts):
    """Every measure of a fact and of the strata says it in its description, in the released file."""
    silent = [
        (table, column)
        for table, column, data_type, description in columns_of(marts, "fct_")
        + columns_of(marts, "dim_strata")
        if data_type in ("DOUBLE", "INTEGER", "TINYINT", "UTINYINT", "FLOAT", "DECIMAL")
        and not any(word in description for word in ("summed", "sum ", "counted"))
    ]
    assert silent == []


def test_what_may_be_summed_sums_up(marts):
    """Over the categories of a domain the sums are those of the total, and their ratio its percentage."""
    assert marts.sql(
        """
        with sums as (
            select
                edition, indicator_id, base_id, domain,
                sum(respondent_count) as respondent_count, sum(hit_count) as hit_count,
                sum(population_estimate) as population,
                sum(hit_population_estimate) as hits
            from marts.fct_estimates where conf_status = 'F' group by all
        )
        select count(*) from sums
        join marts.fct_estimates as totals using (edition, indicator_id, base_id)
        where totals.domain = 'total' and (
            sums.respondent_count != totals.respondent_count or sums.hit_count != totals.hit_count
            or abs(sums.population - totals.population_estimate) > 1e-6
            or abs(100 * sums.hits / nullif(sums.population, 0) - totals.estimate_pct) > 1e-9
        )
        """
    ).fetchone() == (0,)
