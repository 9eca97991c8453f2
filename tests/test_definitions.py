"""Lists and orders of the reference seeds: which mean something, and which do not.

The SQL of the definitions runs here on the seeds themselves, without dbt.
"""

import re

import duckdb
import pyarrow as pa
import pytest
import yaml

from helpers import PROJECT, codes, reference, statement

SEEDS = (
    "answer_codes", "bases", "blocks", "derived_questions", "editions", "figure_titles", "figures", "indicators",
    "questions", "report_tables", "size_classes", "validation_rules",
)
MODELS = (
    "int_questions_numbered", "int_questions_asked", "int_codes_offered", "int_derived_inputs",
    "int_derived_codes", "int_questions_derived", "int_base_conditions", "int_question_bases",
    "int_question_blocks", "int_question_definitions", "int_indicator_codes",
    "int_indicator_exhibits", "int_indicators_offered", "int_indicator_definitions",
    "lin_dependencies",
)
STATEMENTS = {
    model: statement(f"models/definitions/{model}.sql", "editions_in_force.sql") for model in MODELS
}

TYPES = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["seeds"]["ai_barometer"][
    "reference"
]["+column_types"]


def defined(**changed):
    """A database with the definitions that follow from the seeds.

    Args:
        changed: a function of the rows of a seed, by seed, that changes them.
    """
    connection = duckdb.connect()
    for seed in SEEDS:
        rows = pa.Table.from_pylist([
            {name: cell or None for name, cell in row.items()}
            for row in changed.get(seed, list)(reference(seed))
        ])
        columns = ", ".join(f"{name}::{TYPES.get(name, 'varchar')} as {name}" for name in rows.column_names)
        connection.execute(f"create table {seed} as select {columns} from rows")
    define(connection)
    return connection


def define(connection):
    """Make the definitions of the seeds in a database, or make them again."""
    for model, sql in STATEMENTS.items():
        connection.execute(f"create or replace table {model} as {sql}")


@pytest.fixture(scope="module")
def as_it_is():
    """The definitions of the seeds as they are."""
    return defined()


def rows_of(connection, model, *left_out):
    """Rows of a model, in any order, without some columns."""
    columns = f"* exclude ({', '.join(left_out)})" if left_out else "*"
    return sorted(connection.sql(f"select {columns} from {model}").fetchall(), key=repr)


def written_backwards(*columns):
    """Every list in these columns of a seed has its items in the opposite order."""

    def change(rows):
        return [
            row | {column: "|".join(reversed(codes(row[column]))) for column in columns}
            for row in rows
        ]

    return change


def backwards_but_patterns(rows):
    """Lists of derived questions, but for the sequence that a pattern is of."""
    return [
        written_backwards("hit_codes", *["input_question_ids"] * (row["operation"] != "pattern"))(
            [row]
        )[0]
        for row in rows
    ]


def test_the_order_of_a_list_means_nothing(as_it_is):
    """Codes in the opposite order in every seed, in one edition or in all, define the same."""
    lists = [codes(row["answer_codes"]) for row in reference("questions")]
    assert lists and all(len(items) > 1 for items in lists)
    first = min(row["edition"] for row in reference("questions"))
    backwards = written_backwards("answer_codes")
    for changed in (
        {
            "questions": backwards,
            "indicators": written_backwards("hit_codes", "answer_values", "source"),
            "bases": written_backwards("question_ids", "answer_codes"),
            "derived_questions": backwards_but_patterns,
        },
        {
            "questions": lambda rows: [
                backwards([row])[0] if row["edition"] == first else row for row in rows
            ],
        },
    ):
        found = defined(**changed)
        for model, left_out in {
            "int_codes_offered": (), "int_derived_codes": (), "int_base_conditions": (),
            "int_question_definitions": (), "int_indicator_codes": (), "int_indicator_exhibits": (),
            "int_indicators_offered": (), "int_indicator_definitions": (), "lin_dependencies": (),
            "int_questions_derived": ("input_position",),
            "int_question_bases": ("answer_codes",), "int_question_blocks": (),
        }.items():
            assert rows_of(found, model, *left_out) == rows_of(as_it_is, model, *left_out) != [], model


def test_the_inputs_of_a_pattern_are_a_sequence(as_it_is):
    """Its bits are of other questions when they are listed in another order."""
    patterns = [
        row["question_id"] for row in reference("derived_questions") if row["operation"] == "pattern"
    ]
    found = defined(derived_questions=written_backwards("input_question_ids"))
    changed = {
        row[0]
        for row in set(rows_of(found, "(select question_id, definition from int_question_definitions)"))
        - set(rows_of(as_it_is, "(select question_id, definition from int_question_definitions)"))
    }
    assert patterns and changed == set(patterns)


def test_an_order_is_no_identity(as_it_is):
    """Rows that share a sort_order are ordered by their keys, in every seed."""

    def level(rows):
        return [row | {"sort_order": "1"} for row in rows]

    found = defined(bases=level, questions=level, indicators=level, blocks=level)
    assert rows_of(found, "int_base_conditions") == rows_of(as_it_is, "int_base_conditions")
    bits = found.sql("select count(distinct base_bit), count(distinct base_id) from int_base_conditions")
    assert len(set(bits.fetchone())) == 1
    for model in ("int_questions_asked", "int_questions_derived"):
        left_out = ("sort_order",) if model == "int_questions_asked" else ("input_position",)
        assert rows_of(found, model, *left_out) == rows_of(as_it_is, model, *left_out)
    assert rows_of(found, "int_indicator_definitions") == rows_of(as_it_is, "int_indicator_definitions")


@pytest.mark.parametrize("seed", ["size_classes", "figure_titles", "report_tables", "validation_rules"])
def test_an_order_that_counts_is_refused_where_it_is_shared(as_it_is, seed):
    """One sentence, with file and line; nothing is found in the seeds as they are."""
    test = statement("tests/dbt/sort_orders_that_count_are_distinct.sql", "editions_in_force.sql")
    assert as_it_is.sql(test).fetchall() == []

    def share(rows):
        rows[2]["sort_order"] = rows[1]["sort_order"]
        return rows

    messages = [message for (message,) in defined(**{seed: share}).sql(test).fetchall()]
    place = rf"seeds/reference/{seed}.csv, line 4, column sort_order: found \d+, as in line 3; expected"
    reported = [message for message in messages if re.match(place, message)]
    assert reported and {message.split(":")[0] for message in messages} - {
        reported[0].split(":")[0]
    } <= {f"seeds/reference/figures.csv, line {line}, column figure_sort_order" for line in range(99)}


@pytest.mark.parametrize("values", ["", "1|-1", "0|3", "1", "1|2|3", "1|", "one|2", "1|0.5", "1|12345"])
def test_values_of_codes_are_whole_numbers(values):
    """One for each code, in one sentence where they are not; none is a share."""
    place, name = next(
        (place, row["indicator_id"])
        for place, row in enumerate(reference("indicators"))
        if len(codes(row["hit_codes"])) == 2
    )

    def give(rows):
        rows[place]["answer_values"] = values
        return rows

    found = defined(indicators=give)
    messages = [message for (message,) in found.sql(
        statement("tests/dbt/codes_refer_to_questions.sql")
    ).fetchall()]
    is_share, sums = found.sql(
        f"select bool_and(is_share), list(answer_value order by answer_code) from int_indicator_codes "
        f"where indicator_id = '{name}'"
    ).fetchone()
    if re.fullmatch(r"(-?\d{1,4}\|-?\d{1,4})?", values):
        assert messages == []
        assert (is_share, sums) == (not values, [1, 1] if not values else list(map(int, codes(values))))
    else:
        (message,) = messages
        assert message.startswith(f"seeds/reference/indicators.csv, indicator {name}, base ")
        assert f"column answer_values: found {values}; expected a whole number for each" in message


def test_a_figure_has_one_number():
    """The two seeds that number the figures agree."""
    test = statement("tests/dbt/sort_orders_that_count_are_distinct.sql", "editions_in_force.sql")

    def renumber(rows):
        rows[0]["figure_sort_order"] = "77"
        return rows

    ((message,),) = defined(figures=renumber).sql(test).fetchall()
    assert message.startswith(
        "seeds/reference/figures.csv, line 2, column figure_sort_order: found 77; expected "
    )


@pytest.mark.parametrize(
    ("change", "is_found"),
    [
        ({}, False), ({"members": "figures"}, True), ({"correction": "bonferroni"}, True),
        ({"domain": "size"}, True), ({"source": None}, True), ({"sort_order": None}, True),
    ],
)
def test_a_rule_on_families_can_be_applied(change, is_found):
    """What is tested together, and how it is corrected, are words that the models know."""
    rule = {
        "family_rule_id": "r", "sort_order": "1", "domain": "sector", "members": "exhibit",
        "correction": "holm", "source": "s", "reason": "r", "date": "2031-01-01",
    } | change
    with duckdb.connect() as connection:
        connection.execute("create table int_strata_domains as select 'sector' as domain")
        columns = ", ".join(f"${name}::varchar as {name}" for name in rule)
        connection.execute(f"create table test_families as select {columns}", rule)
        found = connection.sql(statement("tests/dbt/test_families_can_be_applied.sql")).fetchall()
    assert len(found) == is_found


@pytest.mark.parametrize(
    ("change", "is_repeated", "is_found"),
    [
        ({}, False, False), ({}, True, True), ({"ci_method": "wald"}, False, True),
        ({"ci_method": None}, False, True), ({"reason": None}, False, True),
        ({"domain": "size"}, False, True), ({"category": "a"}, False, False),
        ({"category": "b"}, False, True),
    ],
)
def test_an_interval_rule_can_be_applied(change, is_repeated, is_found):
    """Every category has one interval that there is for a share, and its reason."""
    rule = {
        "domain": "sector", "category": None, "ci_method": "logit", "source": "s", "reason": "r",
        "date": "2031-01-01",
    } | change
    with duckdb.connect() as connection:
        connection.execute("create table int_strata_domains as select 'sector' as domain, 'a' as category")
        columns = ", ".join(f"${name}::varchar as {name}" for name in rule)
        connection.execute(f"create table interval_rules as select {columns}", rule)
        if is_repeated:
            connection.execute("insert into interval_rules from interval_rules")
        model = statement("models/definitions/int_interval_methods.sql")
        connection.execute(f"create table int_interval_methods as {model}")
        found = connection.sql(statement("tests/dbt/interval_rules_can_be_applied.sql")).fetchall()
    assert bool(found) == is_found


@pytest.mark.parametrize(
    ("item", "change", "count"),
    [
        ("licence", {}, 0), ("licence", {"text_nl": None, "text_en": None, "url": None}, 0),
        ("licence", {"text_nl": None}, 1), ("licence", {"url": "http://a.example/"}, 1),
        ("licence", {"url": "javascript:alert(1)"}, 1), ("licence", {"url": "mailto:a@b.example"}, 1),
        ("contact", {"url": "mailto:a@b.example"}, 0), ("contact", {"url": "https://a.example/ b"}, 1),
        ("site", {"text_nl": None, "text_en": None}, 0), ("site", {"url": "https://a.example/b"}, 1),
        ("citation", {"text_nl": None, "text_en": None}, 1), ("licence", {"item_id": "license"}, 2),
        ("licence", {"item_id": "contact"}, 2),
    ],
)
def test_a_publication_can_be_shown(item, change, count):
    """Each item once, in both languages or in none, with an address that a browser may open."""
    with duckdb.connect() as connection:
        connection.execute("create table publication (item_id varchar, text_nl varchar, text_en varchar, url varchar)")
        for name in ("commissioner", "licence", "citation", "contact", "site"):
            row = {"item_id": name, "text_nl": "a", "text_en": "b", "url": "https://a.example/b/"}
            row |= change if name == item else {}
            connection.execute("insert into publication values ($item_id, $text_nl, $text_en, $url)", row)
        found = connection.sql(statement("tests/dbt/publication_can_be_shown.sql")).fetchall()
    assert len(found) == count, found


@pytest.mark.parametrize(
    ("is_applied", "change", "is_found"),
    [
        (True, {}, False), (True, {"measure": "width"}, True), (False, {"measure": "width"}, False),
        (True, {"unless_measure": "width", "unless_below": "1"}, True),
        (True, {"unless_measure": "respondent_count"}, True), (False, {"measure": None}, True),
        (False, {"comparison": "beneath"}, True), (False, {"reason": None}, True),
    ],
)
def test_a_rule_can_be_applied(is_applied, change, is_found):
    """A measure that no estimate has is a slip of the pen, unless the rule is switched off."""
    rule = {
        "rule_id": "few", "measure": "respondent_count", "comparison": "below", "threshold": 30,
        "unless_measure": None, "unless_below": None,
        "status_code": "U", "source": "s", "reason": "r", "date": "2031-01-01",
    } | change
    with duckdb.connect() as connection:
        connection.execute("create table int_estimate_measures as select 'respondent_count' as measure")
        columns = ", ".join(f"${name}::varchar as {name}" for name in rule)
        connection.execute(
            f"create table reliability_rules as select {columns}, $is_applied as is_applied",
            rule | {"is_applied": is_applied},
        )
        found = connection.sql(
            statement("tests/dbt/reliability_rules_can_be_applied.sql")
        ).fetchall()
    assert len(found) == is_found
